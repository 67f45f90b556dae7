import { expect, test } from 'vitest'
import fc, { runs } from '../random.ts'
import { formatSearch, history, searchBase, searchByPages } from './histories.ts'
import { drawn, step } from './played.ts'

test('whatever people did and wherever runs died, the base is the latest sync point that the mirror made', () => {
  fc.assert(
    fc.property(drawn(step), ({ github, huggingface, base }) => {
      const search = searchBase({ github: history('github', github), huggingface: history('huggingface', huggingface) })
      expect(formatSearch(search)).toBe(`${base} by trailer`)
    }),
    { numRuns: runs(400) },
  )
})

test('cherry-picks and parts do not move the base; they are reported or they are older than it', () => {
  fc.assert(
    fc.property(drawn(fc.constantFrom('g', 'h', 'b', 'm', 'x', 'c', 'p')), ({ github, huggingface, base }) => {
      const search = searchBase({ github: history('github', github), huggingface: history('huggingface', huggingface) })
      expect(formatSearch(search).split(' by ')[0]).toBe(base)
    }),
    { numRuns: runs(400) },
  )
})

test('how much of a history a page holds does not change the answer', () => {
  const pages = fc.record({
    world: drawn(fc.constantFrom('g', 'h', 'b', 'm', 'x', 'c', 'p')),
    page: fc.integer({ min: 1, max: 8 }),
  })
  fc.assert(
    fc.property(pages, ({ world: { github, huggingface }, page }) => {
      const listings = { github: history('github', github), huggingface: history('huggingface', huggingface) }
      expect(formatSearch(searchByPages(listings, page).search)).toBe(formatSearch(searchBase(listings)))
    }),
    { numRuns: runs(400) },
  )
})
