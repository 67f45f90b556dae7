import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { drawPicture } from './picture.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

test('the picture in README.md is what a dry run prints today: `npm run picture` draws it again', async () => {
  expect(read('README.md')).toContain('](.github/plan.svg)')
  expect(await drawPicture()).toBe(read('.github/plan.svg'))
})

test('nothing in it leads anywhere, runs, or is wider than the terminal that it shows', () => {
  const picture = read('.github/plan.svg')
  expect(picture).not.toMatch(/<script|href|url\(|@import|https?:(?!\/\/www\.w3\.org\/2000\/svg")/)
  const [, width] = /width="(\d+)"/.exec(picture)!
  for (const [, x, length] of picture.matchAll(/<text x="([\d.]+)" y="\d+" textLength="([\d.]+)"/g))
    expect(Number(x) + Number(length)).toBeLessThanOrEqual(Number(width) - 20)
})
