/** The command: argv and environment in, report and exit code out. */
import { readFileSync } from 'node:fs'
import { UsageError } from '../model/errors.ts'
import { quoteMarkdown, quoteSentence } from '../model/quote.ts'
import { InterruptedError, startWritten } from '../run/written.ts'
import type { Console } from './console.ts'
import { mirror } from './mirror.ts'
import { MistypedError, parseOptions, readAsked } from './options.ts'
import { formatErrorJson, formatJson } from './report-json.ts'
import { formatWritten } from './report.ts'
import { Session } from './session.ts'
import { isFinal, statusOf } from './status.ts'
import { UnusedTakeError } from './takes.ts'
import { adviseTokens } from './token.ts'
import { verify } from './verify.ts'

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

/** Runs the command and returns its exit code; throws nothing. */
export async function sync(argv: readonly string[], outside: Console): Promise<number> {
  const session = new Session(outside)
  try {
    return await run(argv, session)
  } catch (error) {
    if (!(error instanceof MistypedError)) return fail(argv, session, error)
    const { explainMistyped } = await import('./mistyped.ts')
    return fail(argv, session, explainMistyped(argv, error))
  } finally {
    session.close()
  }
}

async function run(argv: readonly string[], session: Session): Promise<number> {
  const { env, out, ask } = session.outside
  const options = parseOptions(argv, env, readText)
  if (typeof options === 'string') {
    out((await readAsked(argv))!)
    return 0
  }
  if (options.ask && !ask)
    throw new UsageError('Cannot ask here: --ask needs a terminal. Give --take for each conflict instead')
  const opened = await session.open(options)
  if (options.check) {
    const { check } = await import('./check.ts')
    return check(session, opened, options)
  }
  return options.verify ? verify(session, opened, options) : mirror(session, opened, options)
}

/** What is said of an error: of a bug where it happened, too. */
function describe(error: unknown, isBug: boolean): string {
  if (!(error instanceof Error)) return String(error)
  return isBug ? (error.stack ?? error.message) : error.message
}

/** Tells what went wrong, and what there is after it. */
function fail(argv: readonly string[], session: Session, error: unknown): number {
  session.watch?.drop()
  const status = statusOf(error)
  const interrupted = error instanceof InterruptedError ? error : null
  const written = interrupted?.written ?? null
  const text = describe(error, status === 'bug')
  const isJob = session.outside.env.GITHUB_ACTIONS === 'true'
  const message = session.redact(status === 'denied' && !isJob ? `${text}${adviseTokens(text)}` : text)
  const told = interrupted ? formatWritten(interrupted.written, interrupted.services, isFinal(error)) : ''
  const said = [message, told].filter((one) => one !== '')
  const lines = message.split('\n').map(quoteSentence).join('\n')
  session.outside.err(`${status === 'bug' ? 'bug: ' : 'error: '}${lines}\n${told === '' ? '' : `${told}\n`}`)
  const brokenOff = session.shown && {
    run: { ...session.shown, written: written ?? startWritten(), earlier: [], wrote: written !== null },
  }
  const formatError = () =>
    error instanceof UnusedTakeError
      ? formatJson({ ...error.run, status, error: message }, session.cost)
      : formatErrorJson(status, message, written, session.cost)
  return session.end({
    status,
    report: argv.includes('--json') ? formatError : null,
    summary: () => `**${status}**: ${said.map((one) => quoteMarkdown(one, quoteSentence)).join(' ')}`,
    about: { error: said.join('\n'), ...brokenOff },
  })
}
