/** Whether an answer leads elsewhere. */
export function isRedirect(status: number): boolean {
  return status >= 300 && status < 400
}

/** Whether an answer has no body, though it may state a length (RFC 9110, 8.6). */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 304
}
