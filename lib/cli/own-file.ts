/** Files that a run writes for whoever looks at it, and that replace none but a file of the same kind. */
import { closeSync, fstatSync, openSync, readSync, writeFileSync } from 'node:fs'
import { UsageError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'there is a file where the folder should be',
  EISDIR: 'it is a folder',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'nothing can be written there',
  ENOSPC: 'there is no room left',
}

/** Why the file system refused, in a few words. */
export function explainFailure(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return reasons[code] ?? message
}

/**
 * The first bytes of a file, which is made where there is none; empty for a terminal and the like, from which reading
 * would wait. Throws as the file system does.
 */
function readBeginning(path: string, byteLength: number): string {
  const file = openSync(path, 'a+')
  try {
    if (!fstatSync(file).isFile()) return ''
    const bytes = Buffer.alloc(byteLength)
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, byteLength, 0))
  } finally {
    closeSync(file)
  }
}

/**
 * Makes sure before any work begins that a file can be written, and returns what writes it as a whole, or throws an `Error`
 * that says why not. `flag` names it. Throws a `UsageError` where it cannot be written, or where the file that is there does
 * not begin as it should.
 */
export function openOwnFile(
  path: string,
  { what, flag, beginning }: { readonly what: string; readonly flag: string; readonly beginning: string },
): (text: string) => void {
  const named = `Cannot write the ${what} "${quote(path)}"`
  // An empty name is a variable that nobody has set; elsewhere a dash is the output, which a page would spoil.
  if (path === '' || path === '-') throw new UsageError(`${named}: that names no file. Name one with ${flag}`)
  let held: string
  try {
    held = readBeginning(path, beginning.length)
  } catch (error) {
    throw new UsageError(`${named}: ${explainFailure(error)}. Name a file in a folder that exists with ${flag}`)
  }
  if (held !== '' && held !== beginning)
    throw new UsageError(
      `${named}: the file is there and holds something else. Name another one with ${flag}, or remove it`,
    )
  return (text) => {
    try {
      writeFileSync(path, text)
    } catch (error) {
      throw new Error(explainFailure(error), { cause: error })
    }
  }
}
