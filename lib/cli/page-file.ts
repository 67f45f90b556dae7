/** The file that `--html` names: a page to look at, of what a run came to. */
import { services } from '../http/services.ts'
import { formatRepository } from '../model/repository.ts'
import { mapSides } from '../model/sides.ts'
import type { PageInput } from '../page/input.ts'
import { nameFolder } from '../report/places.ts'
import { formatOptions } from './arguments.ts'
import type { Options } from './options.ts'
import { openOwnFile } from './own-file.ts'

/** Writes the page of a run with these options. */
export type WritePage = (options: Options, input: Omit<PageInput, keyof ReturnType<typeof describeCommand>>) => void

/** How every page of ours begins; what begins otherwise is somebody's own file. */
const beginning = '<!doctype html>\n<html lang="en" data-by="hubmirror">'

/**
 * Makes sure before any work begins that the page can be written; what makes it is loaded here, so that runs without a
 * page never wait for it. Throws a `UsageError` where it cannot be written, or would replace what is no page of ours.
 * `hide` takes secrets out.
 */
export async function openPage(path: string, hide: (text: string) => string): Promise<WritePage> {
  const write = openOwnFile(path, { what: 'page', flag: '--html', beginning })
  const { formatPage } = await import('../page/page.ts')
  return (options, input) =>
    write(hide(`${beginning}\n${formatPage({ ...describeCommand(options), ...input })}</html>\n`))
}

/** What a page says of every run, whatever it came to. */
function describeCommand(options: Options): Pick<PageInput, 'mode' | 'places' | 'argv'> {
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
