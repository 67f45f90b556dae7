/** Prints what every run has to tell: what it has cost, that there was nothing to do, and what a failure left behind. */
import { services as known } from '../http/services.ts'
import { mapSides, sides, type Sides } from '../model/sides.ts'
import { count, formatBytes, formatDuration, formatNumber } from '../report/numbers.ts'
import { formatPlaces, shortOid, type Look } from '../report/places.ts'
import { wrap } from '../report/width.ts'
import type { Run } from '../run/mirror.ts'
import type { Cost, Next } from './status.ts'

/** What a run has cost: `9 requests (4 GitHub, 5 Hugging Face), 13.5 MB down, 13.6 MB up, 3.2 s`. */
export function formatCost(cost: Cost, names: Sides<string>): string {
  const { requests, bytes, elapsedMs } = cost
  const each = sides.map((side) => `${requests[side]} ${names[side]}`).join(', ')
  return (
    `${count(requests.github + requests.huggingface, 'request')} (${each}), ${formatBytes(bytes.downloaded)} down, ` +
    `${formatBytes(bytes.uploaded)} up, ${(elapsedMs / 1_000).toFixed(1)} s${formatLimits(cost, names, false)}`
  )
}

/** Of a limit of which less than this share is left people are told. */
const scarceShare = 0.2

/**
 * How long a run has waited for limits, what it has asked under each, and what is left: `; GitHub core: 812 asked, 188 of 1,000
 * left until 14:05 UTC`. Where it has not waited, and `isWhole` does not ask for all of them, only those that are scarce.
 */
function formatLimits({ limits, waitedMs }: Cost, names: Sides<string>, isWhole: boolean): string {
  const rows = sides.flatMap((side) =>
    Object.entries(limits[side]).flatMap(([name, { asked, limit, left, until }]) =>
      isWhole || waitedMs > 0 || left < limit * scarceShare
        ? `; ${names[side]} ${name}: ${formatNumber(asked)} asked, ${formatNumber(left)} of ${formatNumber(limit)} left ` +
          `until ${until.slice(11, 16)} UTC`
        : [],
    ),
  )
  return [...(waitedMs > 0 ? [`; waited ${formatDuration(waitedMs / 1_000)} for limits`] : []), ...rows].join('')
}

/** What is told of limits beside the report: all of them where each request is, and where a run failed what is scarce. */
export function noteLimits(cost: Cost, isVerbose: boolean, hasFailed: boolean): string | null {
  const names = mapSides((side) => known[side].name)
  const told = isVerbose || hasFailed ? formatLimits(cost, names, isVerbose) : ''
  return told === '' ? null : `Limits${told.replace(';', ':')}`
}

/** The whole report of a run whose two heads name one another, without a final newline. */
export function formatInSync({ plan }: Run, cost: Cost, look: Look): string {
  return [...formatPlaces(plan, look), formatInSyncCost(plan.services, cost, look)].join('\n')
}

/** The last line of a run that had nothing to do. */
export function formatInSyncCost(services: Sides<string>, cost: Cost, { width }: Look): string {
  return wrap(`In sync. ${formatCost(cost, services)}`, width, '  ')
}

const nextWords: Readonly<Record<Next, string>> = {
  'goes on': 'Run again: it goes on from there',
  'ends the same way': 'Running again ends the same way until that is changed; then it goes on from there',
  'leaves it': 'No later run puts that right by itself',
}

/**
 * What there is after a run that failed half-way, and what is not; empty where nothing was written. `next`: what running
 * again does.
 */
export function formatWritten(
  { commits, states, branch, repository }: Run['written'],
  services: Sides<string>,
  next: Next = 'goes on',
): string {
  const done = sides.flatMap((side) => {
    if (commits[side])
      return [
        `${services[side]} was written${states[side] === 'written' ? '' : ' in part'} (${shortOid(commits[side])})`,
      ]
    if (branch === side) return [`the branch was made on ${services[side]}`]
    return repository?.side === side ? [`a ${repository.visibility} repository was made on ${services[side]}`] : []
  })
  if (done.length === 0) return ''
  const left = sides.flatMap((side) =>
    !commits[side] && states[side] === 'not written' ? [`${services[side]} was not`] : [],
  )
  return `${[...done, ...left].join(', ')}. ${nextWords[next]}`
}
