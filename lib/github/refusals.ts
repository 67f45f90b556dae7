/** What GitHub would refuse in a commit, found out before anything is written, and without a request. */
import { contentByteLength } from '../model/content.ts'
import { quote } from '../model/quote.ts'
import type { Draft } from '../model/remote.ts'

const pathByteLengthMax = 4096
/** A blob is sent as base64 in JSON: 60.2 MiB were taken, 61.2 refused. */
const plainByteLengthMax = 60 * 1024 * 1024

/** Characters that HFS+ ignores in names, as git has them (`utf8.c`, `next_hfs_char`). */
const invisible = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g
/** Names that are `.git` on NTFS, which ignores blanks and dots at the end, and what follows a colon (`path.c`, `is_ntfs_dotgit`). */
const dotGit = /^(?:\.git|git~1)[. ]*(?::.*)?$/is

/** What GitHub would refuse in these drafts, each as a sentence. */
export function readRefusals(drafts: readonly Draft[]): string[] {
  return drafts.filter(({ store }) => store !== null).flatMap(refuseDraft)
}

function refuseDraft({ path, store, content }: Draft): string[] {
  const name = `"${quote(path)}"`
  const bad = path.split('/').find(isBadPart)
  if (bad !== undefined) return [`${name} has a part that GitHub takes in no path: "${quote(bad)}"`]
  if (Buffer.byteLength(path) > pathByteLengthMax)
    return [`${name} is longer than the ${pathByteLengthMax} bytes that git takes of a path`]
  const byteLength = contentByteLength(content)
  if (store === 'plain' && byteLength > plainByteLengthMax) {
    return [
      `${name} has ${byteLength} bytes, more than the ${plainByteLengthMax} that GitHub takes of a plain file: ` +
        'track it with LFS in .gitattributes',
    ]
  }
  return []
}

/** Whether `git fsck` on the server refuses a part of a path: names that some file system takes for `.git` or for a folder. */
function isBadPart(part: string): boolean {
  if (part === '' || part === '.' || part === '..' || part.includes('\0')) return true
  return part.split('\\').some((piece) => dotGit.test(piece) || dotGit.test(piece.replaceAll(invisible, '')))
}
