/** One run, from its options to its exit code, whatever it comes to. */
import { quoteMarkdown, quoteSentence } from '../model/quote.ts'
import { InterruptedError, startWritten } from '../run/written.ts'
import { onDefaultBranch, type Act } from './default-branch.ts'
import { mirror } from './mirror.ts'
import type { Options } from './options.ts'
import { formatWritten } from './report.ts'
import type { Session } from './session.ts'
import { findNext, statusOf, type Status } from './status.ts'
import { UnusedTakeError } from './takes.ts'
import { adviseTokens } from './token.ts'

/** The session has taken the options already. Returns the exit code; throws nothing. */
export async function runOne(session: Session, options: Options): Promise<number> {
  try {
    const opened = await session.open(options)
    const act = await chooseAct(options)
    return options.isBranchNamed
      ? await act(session, opened, options)
      : await onDefaultBranch(act, session, opened, options)
  } catch (error) {
    return fail(session, error, options.json)
  }
}

/** What is done with the two remotes. */
async function chooseAct(options: Options): Promise<Act> {
  if (options.tagsOf) {
    const { mirrorTagsOf } = await import('./tags.ts')
    return mirrorTagsOf
  }
  if (options.verify) {
    const { verify } = await import('./verify.ts')
    return verify
  }
  if (!options.check) return mirror
  const { check } = await import('./check.ts')
  return check
}

/** What is said of an error: of a bug where it happened, too. */
function describe(error: unknown, isBug: boolean): string {
  if (!(error instanceof Error)) return String(error)
  return isBug ? (error.stack ?? error.message) : error.message
}

/** What an error is called on the page of a workflow's run. */
const titles: Partial<Record<Status, string>> = {
  refused: 'Refused',
  denied: 'A token may not',
  usage: 'Wrong usage',
  bug: 'A bug of hubmirror',
  stopped: 'Stopped',
}

/** Tells what went wrong, and what there is after it. `isJson`: as data, too. Returns the exit code. */
export async function fail(session: Session, error: unknown, isJson: boolean): Promise<number> {
  session.watch?.drop()
  const status = statusOf(error)
  const interrupted = error instanceof InterruptedError ? error : null
  const written = interrupted?.written ?? null
  const { env, reword = (message: string) => message } = session.outside
  const text = reword(describe(error, status === 'bug'))
  const isJob = env.GITHUB_ACTIONS === 'true'
  const message = session.redact(status === 'denied' && !isJob ? `${text}${adviseTokens(text)}` : text)
  const told = interrupted ? formatWritten(interrupted.written, interrupted.services, findNext(error)) : ''
  const said = [message, told].filter((one) => one !== '')
  const lines = message.split('\n').map(quoteSentence).join('\n')
  const which = session.member === null ? '' : `${quoteSentence(session.member.name)}: `
  const { runner = null, err } = session.outside
  const bug = status === 'bug' ? 'bug: ' : ''
  const title = titles[status] ?? 'Failed'
  if (session.tell) session.tell('error', { status, message: told === '' ? lines : `${lines}\n${told}` })
  else {
    const isShown = runner?.annotate({ level: 'error', title, message: bug + which + message })
    if (isShown !== true) err(`${bug === '' ? 'error: ' : bug}${which}${lines}\n`)
    if (told !== '') err(`${told}\n`)
  }
  const brokenOff = session.shown && {
    run: { ...session.shown, written: written ?? startWritten(), earlier: [], wrote: written !== null },
  }
  const loadReport = async () => {
    const { formatErrorJson, formatJson } = await import('./report-json.ts')
    return () =>
      error instanceof UnusedTakeError
        ? formatJson({ ...error.run, status, error: message }, session.cost)
        : formatErrorJson(status, message, written, session.cost)
  }
  return session.end({
    status,
    report: isJson ? await loadReport() : null,
    summary: () => `**${status}**: ${said.map((one) => quoteMarkdown(one, quoteSentence)).join(' ')}`,
    about: { error: said.join('\n'), ...brokenOff },
  })
}
