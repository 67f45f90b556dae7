/** Takes a run that compares both sides to its end. */
import { servicesOf } from '../model/capabilities.ts'
import { formatVerification } from '../report/verification-text.ts'
import { verifySides } from '../run/verify.ts'
import type { Options } from './options.ts'
import { formatDocument } from './report-json.ts'
import type { Opened, Session } from './session.ts'

/** Writes nothing. Returns the exit code. */
export async function verify(session: Session, { http, remotes }: Opened, options: Options): Promise<number> {
  const verification = await verifySides(remotes, options.filters, http.sleep)
  const { status } = verification
  const report = () => {
    if (options.json) return formatDocument({ version: 1, ...verification, ...session.cost })
    return options.quiet && status === 'equal' ? '' : formatVerification(verification, servicesOf(remotes))
  }
  return session.end({ status, report, summary: () => `**${status}**`, about: { proof: verification } })
}
