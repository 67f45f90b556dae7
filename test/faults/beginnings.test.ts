import { beginnings } from './beginnings.ts'
import { describeFaults } from './describe-faults.ts'

describeFaults('beginnings', beginnings)
