/** How node's heap may grow. */
import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/**
 * By how much the heap may grow between two full collections, in percent of what the last one left. By itself V8 lets it
 * grow to a multiple: a plan of 100,000 files took 310 to 380 MB so as one file, and takes 245 to 260 MB now.
 */
const heapGrowingPercent = 20
/**
 * From where on the space for young objects does not grow any more, in bytes: two halves, of which one is filled at a
 * time. V8 goes to 32 MB in node 20 and to 128 MB in node 24, and collects no faster for it.
 */
const youngByteLengthMax = 16_000_000

/** V8 asks this factor each time that the space would grow. It also shrinks, so that it may have to grow again. */
const youngGrowth = new PerformanceObserver(() => {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')
  setFlagsFromString(`--semi-space-growth-factor=${young && young.space_size >= youngByteLengthMax ? 1 : 2}`)
})

/**
 * Lets the heap of this process grow by less at once, as long as it plans. Node's docs call for care with flags that are
 * set while it runs: V8 looks at these after each collection, in node 20 to 26.
 */
export function limitHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${heapGrowingPercent}`)
  youngGrowth.observe({ entryTypes: ['gc'] })
}

/** Leaves the growth to V8 again. While objects stream, small steps would cost 8 % of their speed and save nothing. */
export function restoreHeapGrowth(): void {
  setFlagsFromString('--heap-growing-percent=0')
  youngGrowth.disconnect()
  setFlagsFromString('--semi-space-growth-factor=2')
}
