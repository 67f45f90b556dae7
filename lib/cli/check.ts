/** Takes a run that only finds out what would stand in the way of the next one to its end. */
import { catchFailure } from '../http/answer.ts'
import { findTake } from '../merge/take.ts'
import { servicesOf } from '../model/capabilities.ts'
import { DeniedError, RefusedError, RemoteError } from '../model/errors.ts'
import { blocked, judgeFailure, ok, warning, type Finding, type Diagnosis } from '../model/finding.ts'
import { fenceMarkdown, quote } from '../model/quote.ts'
import { formatRepository } from '../model/repository.ts'
import { awaitSides, mapSides, sides, type Side } from '../model/sides.ts'
import type { Annotation } from '../report/annotation.ts'
import { countFindings, formatDiagnosis } from '../report/diagnosis-text.ts'
import { blockPlan, joinFindings, statusOfFindings, type Findings, type Foreseen } from '../report/diagnosis.ts'
import { noColors } from '../report/paint.ts'
import { nameFolder, type Look } from '../report/places.ts'
import { runMirror } from '../run/mirror.ts'
import { findHome } from '../run/verify.ts'
import { chooseLook } from './look.ts'
import { nameShown } from './mapping.ts'
import { createRunOptions } from './mirror.ts'
import type { Options } from './options.ts'
import { formatDocument, nameForm } from './report-json.ts'
import { formatCost } from './report.ts'
import type { Opened, Session } from './session.ts'

/** Writes nothing. Returns the exit code: that of the run that would come. */
export async function check(session: Session, opened: Opened, options: Options): Promise<number> {
  const { remotes, badTokens, lfsHome } = opened
  await catchFailure(findHome(remotes, { ...options, lfsHome }))
  const services = servicesOf(remotes)
  const findings: Findings = {
    found: await awaitSides(async (side) =>
      forReading(
        withBadToken(
          await remotes[side].readDiagnosis(options.to === null || options.to === side ? options.create : null),
          badTokens[side],
        ),
        side,
        { ...options, badTokens },
      ),
    ),
    services,
    names: mapSides((side) => formatRepository(remotes[side].repository)),
  }
  const told = joinFindings(findings, blockPlan(findings) ?? (await foresee(session, opened, options, findings)))
  const status = statusOfFindings(told)
  const report = () => {
    if (options.json)
      return formatDocument({
        version: 1,
        status,
        repositories: findings.names,
        branch: options.branches,
        ...nameForm(options.filters),
        findings: told,
        requestsLeft: mapSides((side) => findings.found[side].requestsLeft),
        ...session.cost,
      })
    if (options.quiet && countFindings(told.filter(({ state }) => state !== 'unknown')) === '') return ''
    return tell(chooseLook(options, session.outside.env, session.outside.columns ?? null, session.nowMs))
  }
  const places = mapSides(
    (side) =>
      `${services[side]} ${findings.names[side]}@${quote(options.branches[side])}${quote(nameFolder(side, options.filters))}`,
  )
  const tell = (look: Look) => formatDiagnosis(told, places, formatCost(session.cost, services), look)
  const detail = countFindings(told)
  const summary = () => {
    const lines = tell({ width: summaryWidth, sentenceWidth: Infinity, paint: noColors, nowMs: session.nowMs })
    return [`**${status}** ${detail}`, '', ...fenceMarkdown(lines.split('\n'))].join('\n')
  }
  return session.end({ status, report, summary, annotations: told.flatMap(annotate), about: {}, detail })
}

const summaryWidth = 120

/** What stands in the way, and what may, on the page of a workflow's run. */
function annotate({ state, what, say, fix }: Finding): Annotation[] {
  if (state !== 'fault' && state !== 'warning') return []
  return [
    { level: state === 'fault' ? 'error' : 'warning', title: what, message: fix === null ? say : `${say}\n-> ${fix}` },
  ]
}

/** A token that cannot be one was not sent, so that the side has been asked without any. */
function withBadToken(diagnosis: Diagnosis, bad: Error | null): Diagnosis {
  if (bad === null) return diagnosis
  const isToken = ({ what }: Finding) => what === 'token'
  const { fix = null, link = null } = diagnosis.findings.find(isToken) ?? {}
  const findings = [judgeFailure('token', bad, { fix, link }), ...diagnosis.findings.filter((one) => !isToken(one))]
  return { ...diagnosis, findings }
}

/** On a side that `--to` only reads, nothing that is found against writing ends a run. */
function forReading(diagnosis: Diagnosis, side: Side, { to, tokens, badTokens, pullRequest }: Options): Diagnosis {
  // On GitHub the branch of a pull request has to be written.
  if (side === 'huggingface' && pullRequest.includes(side)) return forProposing(diagnosis)
  if (to === null || to === side) return diagnosis
  const hasNoToken = tokens[side] === null && badTokens[side] === null
  const findings = diagnosis.findings
    .filter(({ because }) => because !== 'write')
    .map((finding) => {
      const { what, say, ends, fix, link } = finding
      if (what === 'write') return ok('write', `not needed: --to ${to} writes nothing here`)
      if (what === 'token' && ends === 'denied' && hasNoToken)
        return warning('token', 'there is none, so that only what everybody can see is read', { fix, link })
      return what === 'repository' && ends === 'refused' ? warning('repository', say, { link }) : finding
    })
  return { ...diagnosis, findings }
}

/** A token that may only propose is enough for texts. */
function forProposing(diagnosis: Diagnosis): Diagnosis {
  const findings = diagnosis.findings.map((finding) =>
    finding.what === 'write' && finding.ends === 'denied'
      ? warning('write', 'not allowed: --pull-request proposes texts all the same, and no LFS objects', {
          fix: finding.fix,
          link: finding.link,
        })
      : finding,
  )
  return { ...diagnosis, findings }
}

/** What a dry run says, or why there is none. */
async function foresee(
  session: Session,
  opened: Opened,
  options: Options,
  { found, services }: Findings,
): Promise<Foreseen | Finding> {
  const before = session.countRequests()
  try {
    const { plan } = await runMirror(opened.remotes, {
      ...createRunOptions(session, opened, { ...options, dryRun: true, inspect: false, diff: false }),
      take: (path) => findTake(nameShown(options.take, options.filters.paths), path),
      audience: { warn: session.warn, note: session.note },
    })
    return { plan, asked: session.countRequests() - before }
  } catch (error) {
    if (!(error instanceof RemoteError || error instanceof RefusedError || error instanceof DeniedError)) throw error
    const lost = sides.filter((side) =>
      found[side].findings.some(({ what, ends }) => what === 'branch' && ends !== null),
    )
    return lost.length > 0
      ? blocked(
          ['run'],
          'branch',
          `the branch on ${lost.map((side) => services[side]).join(' and that on ')} is missing`,
        )[0]!
      : judgeFailure('run', error)
  }
}
