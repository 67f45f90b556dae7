/** All mutants. */
import { answers } from './answers.ts'
import { found } from './found.ts'
import type { Mutant } from './mutant.ts'
import { promises } from './promises.ts'
import { traces } from './traces.ts'

export const mutants: readonly Mutant[] = [...traces, ...found, ...promises, ...answers]
