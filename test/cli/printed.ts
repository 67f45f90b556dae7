/** A report as its lines. */
import { formatRun } from '../../lib/cli/report-run.ts'
import { noColors } from '../../lib/report/paint.ts'
import type { Look } from '../../lib/report/places.ts'
import { cost, makeRun, nowMs, asked } from './plans.ts'

/** A file, in which nobody looks for colours. */
export const look: Look = { width: 80, sentenceWidth: Infinity, paint: noColors, nowMs }

export const print = (...args: Parameters<typeof makeRun>) => formatRun(makeRun(...args), cost, look, asked).split('\n')
