/** What is asked for instead of a run, or above it: it needs nothing of what a run does. */
import { parseFlags, parseInitFlags } from './flags.ts'

export const version = '0.1.0'

/** What is asked for instead of a run; null where a run is. Throws a `MistypedError`. */
export function findAsked(argv: readonly string[]): 'help' | 'version' | null {
  const [word, ...rest] = argv
  if (word === 'help' || word === 'version') return word
  const { help, version: isVersion } = word === 'init' ? parseInitFlags(rest) : parseFlags(argv)
  return help ? 'help' : isVersion ? 'version' : null
}

/** Whether the command line asks for events (`log.ts`), also where it asks for something that cannot be read. */
export const wantsEvents = (argv: readonly string[]): boolean =>
  argv.some((word, at) => word === '--log=json' || (word === '--log' && argv[at + 1] === 'json'))

/**
 * The text that is asked for instead of a run; null where a run is, and where the command line cannot be read, which a run
 * tells. It needs nothing of what a run does.
 */
export async function readAsked(argv: readonly string[]): Promise<string | null> {
  try {
    const asked = findAsked(argv)
    return asked === null ? null : `${asked === 'help' ? (await import('./help.ts')).help : version}\n`
  } catch {
    return null
  }
}
