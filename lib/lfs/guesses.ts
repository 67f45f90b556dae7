import { countBatches } from '../model/batches.ts'
import type { Guesses } from '../model/guesses.ts'
import { batchSure } from './batch.ts'

/**
 * How many requests objects take: batches of at most `batchMax`, bytes from the storage or to it, and a word of each that has
 * arrived. `name`: under which the service counts those to its LFS server.
 */
export const guessObjects = (
  name: string,
  batchMax: number = batchSure,
): Pick<Guesses, 'readObjects' | 'writeObjects'> => ({
  readObjects: (count) => ({ [name]: countBatches(count, batchMax), other: count }),
  writeObjects: (count) => ({ [name]: countBatches(count, batchMax) + count, other: count }),
})
