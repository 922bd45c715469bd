import authLogin from './auth-login.js'
import authMe from './auth-me.js'
import dbRead from './db-read.js'
import dbWrite from './db-write.js'
import mixed from './mixed.js'
import mixedWithTasks from './mixed-with-tasks.js'
import report from './report.js'
import simple from './simple.js'
import tasks from './tasks.js'

/** Every scenario of rungs' own, in the order in which they are shown and measured: from the least work to the most. */
export default [simple, dbRead, dbWrite, authMe, authLogin, report, mixed, tasks, mixedWithTasks]
