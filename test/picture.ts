/** `npm run picture`: draws the plan that README.md shows. */
import { writeFileSync } from 'node:fs'
import { drawPicture } from './run/picture.ts'

writeFileSync(new URL('../.github/plan.svg', import.meta.url), await drawPicture())
