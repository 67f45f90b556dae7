import { describe, expect, test } from 'vitest'
import { formatAge, formatBytes, formatDuration } from '../../lib/report/numbers.ts'
import { nowMs } from '../cli/plans.ts'

describe('numbers for people', () => {
  test.each([
    [0, '0 B'],
    [1, '1 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [1_200, '1.2 kB'],
    [99_949, '99.9 kB'],
    [99_950, '100 kB'],
    [123_456, '123 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [13_500_000, '13.5 MB'],
    [2_000_000_000, '2.0 GB'],
    [1e12, '1.0 TB'],
    [5e15, '5000 TB'],
  ])('%i bytes are %s', (byteLength, expected) => {
    expect(formatBytes(byteLength)).toBe(expected)
  })

  test.each([
    [0, 'just now'],
    [29_000, 'just now'],
    [30_000, '1 minute ago'],
    [59.4 * 60_000, '59 minutes ago'],
    [60 * 60_000, '1 hour ago'],
    [47 * 3_600_000, '47 hours ago'],
    [48 * 3_600_000, '2 days ago'],
    [400 * 86_400_000, '400 days ago'],
    [-5_000, 'just now'],
    [-86_400_000, 'just now'],
  ])('%i ms are %s', (ageMs, expected) => {
    expect(formatAge(nowMs - ageMs, nowMs)).toBe(expected)
  })

  test.each([
    [0, '0 s'],
    [89, '89 s'],
    [90, '2 min'],
    [5_399, '90 min'],
    [5_400, '1.5 h'],
    [36_000, '10.0 h'],
    [Infinity, 'unknown'],
    [Number.NaN, 'unknown'],
    [-1, '0 s'],
  ])('%d seconds are %s', (seconds, expected) => {
    expect(formatDuration(seconds)).toBe(expected)
  })
})
