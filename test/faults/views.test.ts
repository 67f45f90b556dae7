import { describeFaults } from './describe-faults.ts'
import { views } from './views.ts'

describeFaults('views', views)
