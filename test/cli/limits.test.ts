import { expect, test } from 'vitest'
import { parseMaxWait } from '../../lib/cli/limits.ts'

test.each([
  [undefined, 900_000],
  ['0', 0],
  ['90s', 90_000],
  ['15m', 900_000],
  ['2h', 7_200_000],
  // As long as node's timers can wait.
  ['999999h', 2 ** 31 - 1],
])('--max-wait %s is %i ms', (text, ms) => {
  expect(parseMaxWait(text)).toBe(ms)
})

test.each(['', '15', '1.5h', '-1m', '15 m', '1d', '9999999s'])('--max-wait %j is refused', (text) => {
  expect(() => parseMaxWait(text)).toThrow(
    `Cannot use --max-wait ${JSON.stringify(text)}: it is a time such as 90s, 15m or 2h, or 0 for none`,
  )
})
