/** A report as its lines. */
import { formatRun } from '../../lib/cli/report.ts'
import { cost, makeRun, nowMs, argv } from './plans.ts'

export const print = (...args: Parameters<typeof makeRun>) => formatRun(makeRun(...args), cost, nowMs, argv).split('\n')
