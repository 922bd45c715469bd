import { expect, it } from 'vitest'
import { parseListeners } from '../../../src/observe/listening.js'

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 41 1 0000000000000000 100 0 0 10 0
   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 42 1 0000000000000000 100 0 0 10 0
   2: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 43 1 0000000000000000 20 4 0 10 -1
   3: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 44 1 0000000000000000 20 4 0 10 -1
   4: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 45 1 0000000000000000 100 0 0 10 0
`

it('finds who listens at a port, and not who is connected to it', () => {
  expect(parseListeners(TABLE, 8080)).toEqual(['41', '45'])
  expect(parseListeners(TABLE, 80)).toEqual(['42'])
  expect(parseListeners(TABLE, 50_000)).toEqual([])
})
