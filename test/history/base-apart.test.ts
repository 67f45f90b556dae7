/** Sync points that come one after another neither way, as after merges of mirrored branches on both sides. */
import { describe, expect, test } from 'vitest'
import { baseOf, history, searchBase } from './histories.ts'

describe('sync points that come one after another neither way', () => {
  test.each([
    [
      'two of them are each the base of what they brought',
      'G0 A1<G0~H1 B1<G0~H2 M<A1,B1',
      'H0~G0 H1 H2',
      'B1 H2 by trailer; beside A1 H1 from G0',
    ],
    [
      'of three none is left out: nothing says how their files go together',
      'G0 A1<G0~H1 B1<G0~H2 C1<G0~H3 M<A1,B1,C1',
      'H0~G0 H1 H2 H3',
      'crossed: C1 H3, B1 H2, A1 H1',
    ],
    [
      'a copy that stands on nothing began anew, and what does not come after it is older',
      'G0 G1~H1 R<-~H2 M<G1,R',
      'H0~G0 H1 H2',
      'R H2 by trailer',
    ],
  ])('%s', (_, github, huggingface, expected) => {
    expect(baseOf(github, huggingface)).toBe(expected)
  })

  test.each([
    ['is asked', {}, 'whether H2 descends from H1'],
    ['the later of the two is the base alone where it does', { 'H2 H1': true }, 'B1 H2 by trailer'],
    ['each has its paths where it does not', { 'H2 H1': false }, 'B1 H2 by trailer; beside A1 H1 from G0'],
  ])('whether they come one after the other on the Hub, which lists no parents: %s', (_, descents, expected) => {
    expect(baseOf('G0 A1<G0~H1 B1<G0~H2 M<A1,B1', 'H0~G0 H1 H2', {}, { descents })).toBe(expected)
  })

  test('of three, those that come one after the other on the Hub cross nothing', () => {
    const found = (descents: Record<string, boolean>) =>
      baseOf('G0 A1<G0~H1 B1<G0~H2 C1<G0~H3 M<A1,B1,C1', 'H0~G0 H1 H2 H3', {}, { descents })
    expect(found({ 'H3 H2': true, 'H3 H1': false })).toBe('C1 H3 by trailer; beside A1 H1 from G0')
    expect(found({ 'H3 H2': false, 'H3 H1': false, 'H2 H1': true })).toBe('C1 H3 by trailer; beside B1 H2 from G0')
    expect(found({ 'H3 H2': true, 'H3 H1': true })).toBe('C1 H3 by trailer')
  })

  test.each([
    ['copies on GitHub alone', 'G0 A1<G0~H1 B1<G0~H2 M<A1,B1', 'H0~G0 H1 H2', true],
    ['the older of the two is a copy on the Hub', 'G0 B1<G0 A1<G0~H1 M<A1,B1', 'H0~G0 H2~B1 H1', false],
    ['the later of the two is a copy on the Hub', 'G0 B1<G0 A1<G0~H1 M<A1,B1', 'H0~G0 H1 H2~B1', false],
  ])('are proven by a recorded tree where both are: %s', (_, github, huggingface, recorded) => {
    expect(
      searchBase({ github: history('github', github), huggingface: history('huggingface', huggingface) }),
    ).toMatchObject({ state: 'found', base: { treeProven: recorded, beside: {} } })
  })
})
