/** The command: argv and environment in, report and exit code out. */
import { readFileSync } from 'node:fs'
import { UsageError } from '../model/errors.ts'
import { readAsked } from './asked.ts'
import { Door } from './connect.ts'
import type { Console } from './console.ts'
import { MistypedError } from './flags.ts'
import { wantsEvents } from './log.ts'
import type { Runs } from './options.ts'
import { readRuns } from './pairs.ts'
import { fail, runOne } from './run-one.ts'
import { Session } from './session.ts'

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/** Runs the command and returns its exit code; throws nothing. */
export async function sync(argv: readonly string[], outside: Console): Promise<number> {
  const tellsEvents = wantsEvents(argv)
  if (outside.env.GITHUB_ACTIONS !== 'true') return runIn(argv, { ...outside, tellsEvents })
  const { Runner } = await import('./runner.ts')
  const runner = new Runner(outside)
  try {
    return await runIn(argv, { ...outside, ...runner.guard(), ...(tellsEvents && { tellsEvents, runner: null }) })
  } finally {
    runner.end()
  }
}

async function runIn(argv: readonly string[], outside: Console): Promise<number> {
  const door = new Door()
  const session = new Session(outside, door)
  try {
    return await run(argv, session, door)
  } catch (error) {
    const isJson = argv.includes('--json')
    if (!(error instanceof MistypedError)) return fail(session, error, isJson)
    const { explainMistyped } = await import('./mistyped.ts')
    return fail(session, explainMistyped(argv, error), isJson)
  } finally {
    session.close()
    door.close()
  }
}

/** The runs, and those for tags. */
async function withTags(runs: Runs): Promise<Runs> {
  const { addTagRuns } = await import('./tags.ts')
  return addTagRuns(runs)
}

async function run(argv: readonly string[], session: Session, door: Door): Promise<number> {
  const { env, out, ask } = session.outside
  const parsed = await readRuns(argv, env, readText)
  if (typeof parsed === 'string') {
    out((await readAsked(argv))!)
    return 0
  }
  const options = parsed.some(({ tags }) => tags) ? await withTags(parsed) : parsed
  const [first] = options
  if (first.ask && !ask)
    throw new UsageError('Cannot ask here: --ask needs a terminal. Give --take for each conflict instead')
  if (options.length > 1) {
    const { runSeveral } = await import('./several.ts')
    return runSeveral(options, session, door)
  }
  await session.take(first)
  return runOne(session, first)
}
