/** Numbers and times as people read them. */
import { groupDigits } from '../model/group-digits.ts'

/** Powers of a thousand, as both services count: `13.5 MB`. */
export function formatBytes(byteLength: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let [value, unit] = [byteLength, 0]
  while (value >= 999.5 && unit < units.length - 1) [value, unit] = [value / 1_000, unit + 1]
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

/** How long ago a moment was, in ms since the epoch: `2 days ago`. */
export function formatAge(dateMs: number, nowMs: number): string {
  const minutes = Math.max(0, Math.round((nowMs - dateMs) / 60_000))
  const [number, unit] =
    minutes < 60
      ? [minutes, 'minute']
      : minutes < 2_880
        ? [Math.round(minutes / 60), 'hour']
        : [Math.round(minutes / 1_440), 'day']
  return number === 0 ? 'just now' : `${number} ${unit}${number === 1 ? '' : 's'} ago`
}

/** `46 s`, `31 min`, `1.5 h`; `unknown` for what is no number. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown'
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 90) return `${whole} s`
  return whole < 5_400 ? `${Math.round(whole / 60)} min` : `${(whole / 3_600).toFixed(1)} h`
}

/** `1,204`. */
export const formatNumber = (number: number) => groupDigits(number)

/** `1 file`, `1,204 files`. */
export const count = (number: number, noun: string) => `${formatNumber(number)} ${noun}${number === 1 ? '' : 's'}`
