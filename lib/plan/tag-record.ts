/**
 * The record of tags: what both sides had when the last run with `--tags` ended. Without it a deleted tag on the one side
 * would look like a new one on the other. It is the only thing that the mirror keeps beside the commits themselves, in the
 * repository of a side that has a place for it (decision 0039).
 */
import { digest } from '../model/digest.ts'
import type { Repository } from '../model/remote.ts'
import { formatRepository } from '../model/repository.ts'
import { mapSides, sides, valuesOf, type Sides } from '../model/sides.ts'
import type { TagList } from '../model/tags.ts'

/**
 * What the tag's reference held on each side (`Tag.oid`); null on the side to which it was not carried. `open`: both sides
 * have it, and not on copies of one another: `conflict`, of which these are the copies that it once had, or `apart`, where
 * these are what people named. Who deletes it on one side then settles that, and the other side's stays. `once`: one side
 * has it, and a single run has left it there, to which a service may not have shown its commit yet.
 */
export interface RecordedTag extends Sides<string | null> {
  readonly open?: 'conflict' | 'apart' | 'once' | undefined
}

export type TagRecord = ReadonlyMap<string, RecordedTag>

const heading =
  '# Tags as the last run of hubmirror left them: the name, and what it named on either side. By this a deleted tag is told\n' +
  '# from a new one. Where it is missing, no tag is deleted.\n'

/** The key of the record that is kept in one side's repository, for its pair with this other one. */
export function nameRecord(other: Repository): string {
  return digest(formatRepository(other).toLowerCase()).slice(0, 16)
}

/** The same tags are always the same text. */
export function formatRecord(record: TagRecord): string {
  const lines = [...record]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, oids]) =>
      [name, ...sides.map((side) => oids[side] ?? '-'), ...(oids.open ? [oids.open] : [])].join(' '),
    )
  return heading + lines.map((line) => `${line}\n`).join('')
}

/** Names may hold any blank but the plain one. */
const row = /^([^ ]+) ([0-9a-f]{40}|-) ([0-9a-f]{40}|-)(?: (conflict|apart|once))?$/

/** Null where the text is none that `formatRecord` wrote. */
export function parseRecord(text: string): TagRecord | null {
  const rows = text
    .slice(text.startsWith(heading) ? heading.length : 0)
    .split('\n')
    .filter((line) => line !== '')
  const entries = rows.map((line) => {
    const [, name, one, other, open] = row.exec(line) ?? []
    if (name === undefined) return null
    const oids = mapSides((side) => [one!, other!][sides.indexOf(side)]!)
    const tag = mapSides((side) => (oids[side] === '-' ? null : oids[side]))
    return [name, open === undefined ? tag : { ...tag, open: open as RecordedTag['open'] }] as const
  })
  return entries.every((entry) => entry !== null) ? new Map(entries) : null
}

/** The names of all tags, of either side. */
export function namesOf(tags: Sides<TagList>): ReadonlySet<string> {
  const [some, others] = valuesOf(tags)
  return new Set([...some.keys(), ...others.keys()])
}

/** What the record says where every tag is settled: both have it, or it was left where it is. */
export function recordAll(tags: Sides<TagList>): TagRecord {
  return new Map([...namesOf(tags)].map((name) => [name, mapSides((side) => tags[side].get(name)?.oid ?? null)]))
}
