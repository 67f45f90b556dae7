/** The file that `--html` names: a page to look at, of what a run came to. */
import { closeSync, fstatSync, openSync, readSync, writeFileSync } from 'node:fs'
import { services } from '../http/services.ts'
import { UsageError } from '../model/errors.ts'
import { quote } from '../model/quote.ts'
import { formatRepository } from '../model/repository.ts'
import { mapSides } from '../model/sides.ts'
import type { PageInput } from '../page/input.ts'
import { nameFolder } from '../report/plan-text.ts'
import { formatOptions } from './arguments.ts'
import type { Options } from './options.ts'

export type WritePage = (input: PageInput) => void

/** How every page of ours begins; what begins otherwise is somebody's own file. */
const beginning = '<!doctype html>\n<html lang="en" data-by="hubmirror">'

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
function readBeginning(path: string): string {
  const file = openSync(path, 'a+')
  try {
    if (!fstatSync(file).isFile()) return ''
    const bytes = Buffer.alloc(beginning.length)
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, 0))
  } finally {
    closeSync(file)
  }
}

/**
 * Makes sure before any work begins that the page can be written; what makes it is loaded here, so that runs without a
 * page never wait for it. Throws a `UsageError` where it cannot be written, or would replace what is no page of ours.
 * `hide` takes secrets out. The page is written as a whole or an `Error` says why not.
 */
export async function openPage(path: string, hide: (text: string) => string): Promise<WritePage> {
  // An empty name is a variable that nobody has set; elsewhere a dash is the output, which a page would spoil.
  if (path === '' || path === '-')
    throw new UsageError(`Cannot write the page "${path}": that names no file. Name one with --html`)
  let held: string
  try {
    held = readBeginning(path)
  } catch (error) {
    throw new UsageError(
      `Cannot write the page "${quote(path)}": ${explainFailure(error)}. Name a file in a folder that exists with --html`,
    )
  }
  if (held !== '' && held !== beginning)
    throw new UsageError(
      `Cannot write the page "${quote(path)}": the file is there and holds something else. Name another one with --html, or remove it`,
    )
  const { formatPage } = await import('../page/page.ts')
  return (input) => {
    const page = hide(`${beginning}\n${formatPage(input)}</html>\n`)
    try {
      writeFileSync(path, page)
    } catch (error) {
      throw new Error(explainFailure(error), { cause: error })
    }
  }
}

/** What a page says of every run, whatever it came to. */
export function describeCommand(options: Options): Pick<PageInput, 'mode' | 'places' | 'argv'> {
  const { repositories, branches, verify, dryRun, filters } = options
  return {
    mode: verify ? 'verify' : dryRun ? 'dry run' : 'run',
    places: mapSides((side) => ({
      service: services[side].name,
      repository: formatRepository(repositories[side]) + nameFolder(side, filters),
      branch: branches[side],
    })),
    argv: formatOptions(options),
  }
}
