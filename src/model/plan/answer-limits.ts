/** The most that rungs reads of an answer's head, in whichever way it asks. */
export const MOST_HEADER_BYTES = 128 * 1_024

/** What is said of an answer with a longer head. */
export const TOO_LONG_HEAD = 'answer with more than 128 KiB of headers, the most that rungs reads'
