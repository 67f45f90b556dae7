/**
 * Parses the Hub's raw comparison of two commits. Each line is `T` or `B` (text or binary), the length of the new file, a
 * tab, and a record as in git's `diff-format`, "Raw output format": `T 12<tab>:100644 100755 <old id>... <new id>...
 * M<tab>path`.
 */
import { isUtf8 } from 'node:buffer'
import type { BareEntry, Mode } from '../model/entry.ts'
import { quotedStart, unquote } from '../model/quoted-name.ts'

/**
 * A path that differs between two commits. `after.oid` is null where the line does not tell it. `quoted`: the line seems to
 * have the path in git's quotes, and `path` is without them.
 */
export interface RawChange {
  readonly path: string
  readonly before: BareEntry | null
  readonly after: { readonly mode: Mode; readonly oid: string | null } | null
  readonly quoted: boolean
}

interface RawPath {
  readonly path: string
  readonly quoted: boolean
}

const line =
  /^[TB] (?:\d+|-)\t:(\d{6}) (\d{6}) ([0-9a-f]{40})(?:\.{3})? ([0-9a-f]{40})(?:\.{3})? ([ACDMRT])\d{0,3}\t(.+)$/s
const absentOid = '0'.repeat(40)
const modes: Record<string, Mode> = {
  '100644': '100644',
  '100664': '100644',
  '100755': '100755',
  '120000': '120000',
  '160000': '160000',
}

/**
 * The changes of a comparison; `null` where a line leaves any doubt. A rename becomes a deletion and an addition, a copy
 * becomes an addition.
 */
export function parseRawDiff(text: string): RawChange[] | null {
  const changes = new Map<string, RawChange>()
  for (const row of text.split('\n')) {
    if (row === '') continue
    const parsed = parseLine(row)
    if (parsed === null) return null
    for (const change of parsed) {
      const earlier = changes.get(change.path)
      changes.set(
        change.path,
        earlier ? { ...change, before: earlier.before ?? change.before, after: change.after ?? earlier.after } : change,
      )
    }
  }
  return [...changes.values()]
}

function parseLine(row: string): RawChange[] | null {
  const [, oldMode = '', newMode = '', oldOid = '', newOid = '', status = '', rest = ''] = line.exec(row) ?? []
  const paths = parsePaths(rest, status === 'R' || status === 'C' ? 2 : 1)
  const before = parseSide(oldMode, oldOid)
  const after = parseSide(newMode, newOid)
  if (paths === null || before === 'unknown' || after === 'unknown') return null
  const { path, quoted } = paths.at(-1)!
  const added = after && { mode: after.mode, oid: after.oid }
  if (status === 'A') return before === null && added ? [{ path, before, after: added, quoted }] : null
  if (before === null || before.oid === null) return null
  const old = { mode: before.mode, oid: before.oid }
  if (status === 'D') return added === null ? [{ path, before: old, after: null, quoted }] : null
  if (added === null) return null
  if (status === 'M' || status === 'T') return [{ path, before: old, after: added, quoted }]
  const copy = { path, before: null, after: added, quoted }
  return status === 'C' ? [copy] : [{ ...paths[0]!, before: old, after: null }, copy]
}

/** One side of a line; `null` for zeros, which mean that nothing is there. An id of zeros beside a mode is not told. */
function parseSide(mode: string, oid: string): { mode: Mode; oid: string | null } | null | 'unknown' {
  if (mode === '000000') return oid === absentOid ? null : 'unknown'
  const known = modes[mode]
  return known === undefined ? 'unknown' : { mode: known, oid: oid === absentOid ? null : oid }
}

/** One path or two, between which is a tab, or a space on older servers; `null` where they can be cut in several places. */
function parsePaths(text: string, count: 1 | 2): RawPath[] | null {
  if (count === 1) return text === '' ? null : [parsePath(text)]
  for (const separator of ['\t', ' ']) {
    const parts = text.split(separator)
    if (parts.length === 2 && parts.every((part) => part !== '')) return parts.map(parsePath)
    if (parts.length > 2) return null
  }
  return null
}

/** A path without git's quotes. git only quotes what needs it: quotes around other names belong to the names. */
function parsePath(text: string): RawPath {
  const asItIs = { path: text, quoted: false }
  const quoted = Buffer.from(text).toString('latin1')
  if (!quoted.includes('\\') || quotedStart.exec(quoted)?.[0] !== quoted) return asItIs
  const bytes = Buffer.from(unquote(quoted), 'latin1')
  return isUtf8(bytes) ? { path: bytes.toString('utf8'), quoted: true } : asItIs
}
