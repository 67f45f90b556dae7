/** One line that says how a run goes on, and one that is left of each of its phases. */
import type { Phase } from '../plan/phases.ts'
import { count, formatBytes, formatDuration, formatNumber } from './numbers.ts'
import { shortenEnd, widthOf } from './width.ts'

/** A request is to be sent again: at `untilMs`, because of `why`: `GitHub answered 429`. */
export interface Wait {
  readonly why: string
  readonly untilMs: number
}

/**
 * What there is to tell of a phase at a moment. `requests` and `byteLength` are those of the phase, both ways; `sent`
 * of its objects, `read` of its files. `perSecond`: bytes of objects, of late.
 */
export interface Moment {
  readonly phase: Phase
  readonly nowMs: number
  readonly elapsedMs: number
  readonly requests: number
  readonly byteLength: number
  readonly stored: number
  readonly sent: number
  readonly read: number
  readonly perSecond: number
  readonly wait: Wait | null
}

const doing = (phase: Phase) =>
  ({
    compare: 'Comparing both sides',
    send: 'Sending large files',
    write: phase.name === 'write' ? `Writing to ${phase.service}` : '',
    prove: 'Comparing both sides once more',
  })[phase.name]

const done = (phase: Phase) =>
  ({
    compare: 'Compared both sides',
    send: 'Sent large files',
    write: phase.name === 'write' ? `Wrote to ${phase.service}` : '',
    prove: 'Compared both sides once more',
  })[phase.name]

/** As many of the parts as fit, the first ones first. */
function join(parts: readonly string[], width: number): string {
  let line = ''
  for (const part of parts) {
    const longer = line === '' ? part : `${line}, ${part}`
    if (line !== '' && longer.length > width) break
    line = longer
  }
  return shortenEnd(line, width)
}

/** The last second takes as long as it takes: nobody is told that there is none left. */
const formatLeft = (bytes: number, perSecond: number) =>
  bytes === 0 ? 'finishing' : perSecond > 0 ? `${formatDuration(Math.max(1, bytes / perSecond))} left` : ''

/** By the clock of whoever looks. */
const formatClock = (ms: number) => new Date(ms).toTimeString().slice(0, 8)

function formatWork({ phase, sent, stored, read, perSecond, requests, byteLength, elapsedMs }: Moment): string[] {
  const spent = [count(requests, 'request'), ...(elapsedMs < 1_000 ? [] : [formatDuration(elapsedMs / 1_000)])]
  if (phase.name === 'send') {
    const total = Math.max(phase.byteLength, sent)
    return [
      `${formatBytes(sent)} of ${formatBytes(total)}`,
      `${formatNumber(stored)} of ${count(Math.max(phase.objects, stored), 'file')}`,
      perSecond === 0 ? '' : `${formatBytes(perSecond)}/s`,
      formatLeft(total - sent, perSecond),
    ].filter(Boolean)
  }
  const files =
    phase.name === 'write' && phase.files > 0 ? [`${formatNumber(read)} of ${count(phase.files, 'file')} read`] : []
  return [...files, ...spent, ...(byteLength > 0 ? [formatBytes(byteLength)] : [])]
}

/** What goes on now, in at most `width` columns. */
export function formatMoment(moment: Moment, width: number): string {
  const { phase, wait, nowMs } = moment
  const leftMs = wait === null ? 0 : wait.untilMs - nowMs
  if (wait !== null && leftMs > 1_000) {
    const until = `going on in ${formatDuration(leftMs / 1_000)}, at ${formatClock(wait.untilMs)}`
    // Where there is no room for both, the reason is cut off and not the time.
    const [whole, timeFirst] = [`${wait.why}: ${until}`, `${until}: ${wait.why}`]
    return widthOf(whole) <= width ? whole : shortenEnd(timeFirst, width)
  }
  const [first, ...rest] = formatWork(moment)
  return join([`${doing(phase)}: ${first}`, ...rest], width)
}

/** What is left of a phase that is over. */
export function formatPast(
  { phase, elapsedMs, requests, byteLength, sent, stored, read }: Moment,
  width: number,
): string {
  const took = formatDuration(elapsedMs / 1_000)
  const parts =
    phase.name === 'send'
      ? [count(stored, 'file'), formatBytes(sent), took, `${formatBytes((sent / Math.max(1, elapsedMs)) * 1_000)}/s`]
      : [
          ...(phase.name === 'write' && phase.files > 0 ? [`${count(read, 'file')} read`] : []),
          count(requests, 'request'),
          ...(byteLength > 0 ? [formatBytes(byteLength)] : []),
          took,
        ]
  const [first, ...rest] = parts
  return join([`${done(phase)}: ${first}`, ...rest], width)
}
