/** Files that people seldom mean to publish: what looks like a secret, and what systems and editors leave behind. */
import { pathsOf } from '../model/entry.ts'
import { sides, type Sides } from '../model/sides.ts'
import { quotePaths } from './brakes.ts'
import type { PlannedEdit } from './edits.ts'

const secretNames = [
  /(?:^|\/)\.env(?:\.(?!example$|sample$|template$|dist$)[^/]*)?$/,
  /(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)$/,
  /(?:^|\/)(?:\.netrc|_netrc|\.pgpass|\.pypirc|\.git-credentials|\.htpasswd|\.aws\/credentials)$/,
  /\.(?:pem|p12|pfx|ppk|jks|keystore|kdbx|tfstate)$/,
]
const litterNames = [
  /(?:^|\/)(?:\.ds_store|thumbs\.db|desktop\.ini)$/,
  /(?:^|\/)(?:__pycache__|\.ipynb_checkpoints|node_modules|\.venv|__macosx|\.pytest_cache|\.mypy_cache)\//,
  /\.(?:pyc|swp)$|~$/,
]
/** What one of them is said to be, and what many are. */
type Words = readonly [one: string, many: string]
const secretWords: Words = ['looks like a secret', 'look like secrets']
const litterWords: Words = [
  'looks like a file that is left behind by a system or an editor',
  'look like files that are left behind by a system or an editor',
]
/** Private keys, and tokens by the forms that their services give them. */
const secretTexts =
  /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY|\b(?:hf_[A-Za-z0-9]{34}|gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60}|AKIA[0-9A-Z]{16})/

/** Longer files are not searched: keys stand in short ones. Of many files the first are. */
const searchedLengthMax = 100_000
const searchedTotalMax = 5_000_000
/** Files that are named. */
const namedMax = 3

/** The bytes of what an edit writes, if they are at hand; null where they would have to be read. */
export type FindBytes = (edit: PlannedEdit) => Uint8Array | null

/** Paths of files that look like secrets. */
function listSecrets(edits: readonly PlannedEdit[], findBytes: FindBytes): string[] {
  let searched = 0
  const isSecret = (edit: PlannedEdit): boolean => {
    if (secretNames.some((name) => name.test(edit.path.toLowerCase()))) return true
    const bytes = searched < searchedTotalMax ? findBytes(edit) : null
    if (bytes === null || bytes.length > searchedLengthMax) return false
    searched += bytes.length
    return secretTexts.test(Buffer.from(bytes).toString('latin1'))
  }
  return pathsOf(edits.filter(isSecret))
}

function noteFiles(paths: readonly string[], to: string, [one, many]: Words): string[] {
  if (paths.length === 0) return []
  const [is, them] = paths.length === 1 ? [one, 'it'] : [many, 'them']
  return [
    `${quotePaths(paths, namedMax)} would come to ${to} for the first time and ${is}: leave ${them} out with --exclude or ` +
      'a line in .mirrorignore, unless it is meant',
  ]
}

/** Notes on files that a side does not have yet, by their names and by what of their bytes is at hand. */
export function noteUnintended(
  edits: Sides<readonly PlannedEdit[]>,
  services: Sides<string>,
  findBytes: FindBytes,
): string[] {
  return sides.flatMap((to) => {
    const isNew = ({ content, was, renamedFrom }: PlannedEdit) =>
      content !== null && was === null && renamedFrom === null
    const fresh = edits[to].filter(isNew)
    const secrets = listSecrets(fresh, findBytes)
    const litter = pathsOf(fresh).filter((path) => litterNames.some((name) => name.test(path.toLowerCase())))
    return noteFiles(secrets, services[to], secretWords).concat(noteFiles(litter, services[to], litterWords))
  })
}
