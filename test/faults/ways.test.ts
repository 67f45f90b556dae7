import { describeFaults } from './describe-faults.ts'
import { ways } from './ways.ts'

describeFaults('ways', ways)
