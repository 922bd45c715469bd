import { readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100 // USER_HZ of Linux

/** CPU time that a process has used so far, in seconds; whole hundredths. */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}
