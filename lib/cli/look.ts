/** How a report is to look: from the options, the environment, and where it is printed. */
import { colors, noColors } from '../report/paint.ts'
import type { Look } from '../report/places.ts'
import type { Environment, Options } from './options.ts'

/** Terminals have been as wide for ever; wider ones are used as far as the eye finds the next line. */
const columnsMin = 80
const columnsMax = 120

const isSet = (value: string | undefined) => !['', '0', 'false'].includes(value?.trim().toLowerCase() ?? '')

/** Whether a terminal understands no control sequences, such as one within an editor. */
export function isDumb({ TERM }: Environment): boolean {
  return TERM === 'dumb'
}

/**
 * `--color` before `FORCE_COLOR` before `NO_COLOR` (https://no-color.org), as Node has it; without a word, colours are
 * for terminals.
 */
function wantsColors(color: Options['color'], env: Environment, isTerminal: boolean): boolean {
  if (color !== 'auto') return color === 'always'
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR === '' || isSet(env.FORCE_COLOR)
  return isTerminal && !env.NO_COLOR && !isDumb(env)
}

/** How wide lines may be; `columns`: of a terminal, if there is one. */
export const chooseWidth = (columns: number | null | undefined) =>
  Math.min(columnsMax, Math.max(columnsMin, columns ?? columnsMin))

/** `columns`: of the terminal that shows the report, null where it goes to a file or to another program. */
export function chooseLook(
  { color }: Pick<Options, 'color'>,
  env: Environment,
  columns: number | null,
  nowMs: number,
): Look {
  const width = chooseWidth(columns)
  return {
    width,
    sentenceWidth: columns === null ? Infinity : width,
    paint: wantsColors(color, env, columns !== null) ? colors : noColors,
    nowMs,
  }
}
