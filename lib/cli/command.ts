/** The command: argv and environment in, report and exit code out. */
import { readFileSync } from 'node:fs'
import { UsageError } from '../model/errors.ts'
import { quoteMarkdown, quoteSentence } from '../model/quote.ts'
import { findAsked, readAsked, wantsEvents } from './asked.ts'
import { Door } from './connect.ts'
import type { Console } from './console.ts'
import { MistypedError } from './flags.ts'
import type { Log } from './log.ts'
import type { Options, Runs } from './options.ts'
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
  if (outside.env.GITHUB_ACTIONS !== 'true') return runIn(argv, outside)
  const { Runner } = await import('./runner.ts')
  const runner = new Runner(outside)
  const inside = { ...outside, ...runner.guard() }
  try {
    // The runner sets every input of an action, those that nobody gave to nothing.
    return outside.env.INPUT_HUGGINGFACE_REPO_ID === undefined
      ? await runIn(argv, inside)
      : await runAction(argv, inside, outside)
  } finally {
    runner.end()
  }
}

/** Runs what the inputs of the action ask. `bare`: what is printed there may be a command to the runner. */
async function runAction(argv: readonly string[], inside: Console, bare: Console): Promise<number> {
  const { nameInputs, readInputs } = await import('./action-inputs.ts')
  const { argv: asked, env, masks } = readInputs(bare.env)
  // The runner takes these lines out of its log. Where somebody sits at a terminal there is no runner.
  if ((bare.columns ?? null) === null) for (const mask of masks) bare.out(`${mask}\n`)
  return runIn(asked instanceof UsageError ? asked : [...asked, ...argv], { ...inside, env, reword: nameInputs })
}

async function loadLog(): Promise<Log> {
  const { log } = await import('./log.ts')
  return log
}

/** `asked`: an error where nothing can be run. */
async function runIn(asked: readonly string[] | UsageError, outside: Console): Promise<number> {
  const argv = asked instanceof UsageError ? [] : asked
  const log = wantsEvents(argv) ? await loadLog() : null
  const door = new Door()
  const session = new Session({ ...outside, ...(log && { log, runner: null }) }, door)
  try {
    if (asked instanceof UsageError) throw asked
    if (argv[0] !== 'init' || findAsked(argv) !== null) return await run(argv, session, door)
    const { initialize } = await import('./init.ts')
    return await initialize(argv.slice(1), session.outside, (more) => runIn(more, outside))
  } catch (error) {
    const isJson = argv.includes('--json')
    if (!(error instanceof MistypedError)) return await fail(session, error, isJson)
    const { explainMistyped } = await import('./mistyped.ts')
    return await fail(session, explainMistyped(argv, error), isJson)
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

/** The runs that what started the command asks for, or why it asks for none. */
async function heedEvent(runs: Runs, session: Session): Promise<Runs | string> {
  const { env, runner } = session.outside
  const { chooseRuns, describeQuiet, readHubEvent } = await import('./event.ts')
  const quiet = describeQuiet(env, readText, session.nowMs)
  if (quiet !== null && !runner?.annotate({ level: 'warning', title: 'The schedule may stop', message: quiet }))
    session.note(quiet)
  const event = readHubEvent(env)
  return event === null ? runs : chooseRuns(event, runs)
}

/** Ends a command before it has asked anybody anything. */
async function endIdle(why: string, { json, quiet }: Options, session: Session): Promise<number> {
  const { formatDocument } = await import('./report-json.ts')
  const report = () =>
    json ? formatDocument({ version: 1, status: 'skipped', detail: why, ...session.cost }) : quiet ? '' : `${why}.`
  return session.end({
    status: 'skipped',
    about: {},
    report,
    summary: () => `**skipped** ${quoteMarkdown(why, quoteSentence)}`,
    detail: why,
  })
}

async function run(argv: readonly string[], session: Session, door: Door): Promise<number> {
  const { env, out, ask } = session.outside
  const parsed = await readRuns(argv, env, readText)
  if (typeof parsed === 'string') {
    out((await readAsked(argv))!)
    return 0
  }
  const all = parsed.some(({ tags }) => tags) ? await withTags(parsed) : parsed
  const options = env.WEBHOOK_PAYLOAD || env.GITHUB_EVENT_NAME ? await heedEvent(all, session) : all
  if (typeof options === 'string') return endIdle(options, all[0], session)
  const [first] = options
  if (first.ask && !ask)
    throw new UsageError('Cannot ask here: --ask needs a terminal. Give --take for each conflict instead')
  if (options.length > 1) {
    if (first.shards !== null || first.shard !== null)
      throw new UsageError('Cannot share out several branches or pairs at once: name one, by --branch or --pair')
    const { runSeveral } = await import('./several.ts')
    return runSeveral(options, session, door)
  }
  await session.take(first)
  return runOne(session, first)
}
