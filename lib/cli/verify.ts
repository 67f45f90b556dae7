/** Takes a run that compares both sides to its end. */
import { servicesOf } from '../model/capabilities.ts'
import { formatCommand } from '../report/command-text.ts'
import { count } from '../report/numbers.ts'
import { formatVerification } from '../report/verification-text.ts'
import { verifySides } from '../run/verify.ts'
import { formatOptions } from './arguments.ts'
import { unusedByVerify } from './exclusions.ts'
import type { Options } from './options.ts'
import { formatDocument, nameForm } from './report-json.ts'
import type { Opened, Session } from './session.ts'

/** Writes nothing. Returns the exit code. */
export async function verify(session: Session, { http, remotes, lfsHome }: Opened, options: Options): Promise<number> {
  const idle = listIdle(options)
  if (idle.length > 0) session.warn(`--verify compares and writes nothing; it does not use ${idle.join(', ')}`)
  const verification = await verifySides(remotes, { ...options, lfsHome }, http.sleep)
  const { status } = verification
  const services = servicesOf(remotes)
  const report = () => {
    if (options.json)
      return formatDocument({ version: 1, ...nameForm(options.filters), ...verification, ...session.cost })
    if (options.quiet && status === 'equal') return ''
    const apart = options.filters.frontMatter
      ? `\nREADME.md without its front matter, which is on ${services.huggingface} alone`
      : ''
    const told = formatVerification(verification, services) + apart
    return verification.differences.length === 0
      ? told
      : `${told}\nWhat a run would do about it:\n${formatCommand(formatOptions(options), ['--dry-run'])}`
  }
  const summary = async () => {
    const { formatComparison } = await import('./summary.ts')
    return () => formatComparison(verification, { ...options, services }, session.cost)
  }
  return session.end({
    status,
    report,
    summary: session.outside.env.GITHUB_STEP_SUMMARY ? await summary() : null,
    about: { proof: verification },
    ...(status === 'different' && { detail: count(verification.differences.length, 'difference') }),
  })
}

/** Options that a comparison has no use for, as far as somebody gave them. */
function listIdle(options: Options): string[] {
  const given = { ...options, 'keep-both': options.keepBoth }
  const isGiven = (value: unknown) => (Array.isArray(value) ? value.length > 0 : value !== null && value !== false)
  return unusedByVerify.filter((name) => isGiven(given[name])).map((name) => `--${name}`)
}
