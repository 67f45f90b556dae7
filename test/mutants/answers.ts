/** Answers of services that are not whole, or not true. */
import type { Mutant } from './mutant.ts'

export const answers: readonly Mutant[] = []
