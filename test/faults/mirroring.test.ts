import { describeFaults } from './describe-faults.ts'
import { mirroring } from './mirroring.ts'

describeFaults('mirroring', mirroring)
