/** Whether words can be read on their ground, dark and light. */
import { describe, expect, test } from 'vitest'
import { palettes } from '../../lib/page/style.ts'

/** WCAG 2.2, relative luminance. */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].toSorted((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

const words = ['ink', 'soft', 'link', 'deleted', 'renamed', 'merged', 'changed', 'new', 'lane-0', 'lane-1'] as const
const pairs = [
  ...words.flatMap((word) => (['ground', 'card', 'well'] as const).map((ground) => [word, ground] as const)),
  ...(['ink', 'soft', 'link'] as const).flatMap((word) =>
    (['deleted-ground', 'new-ground', 'waiting-ground'] as const).map((ground) => [word, ground] as const),
  ),
  ['deleted', 'deleted-ground'],
  ['new', 'new-ground'],
  ['changed', 'waiting-ground'],
] as const

describe.each(Object.entries(palettes))('%s', (_, palette) => {
  test.each(pairs)('%s on %s has at least 4.5 to 1', (word, ground) => {
    expect(contrast(palette[word], palette[ground])).toBeGreaterThanOrEqual(4.5)
  })
})
