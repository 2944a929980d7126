import { actionPath, actionPathParams } from '../backtests/action-path.ts'
import { actionInForce } from '../backtests/evaluate-event.ts'
import { tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { type RecentValuesDeps, recentValues, recentValuesOf, recentValuesQuery } from './recent-values.ts'
import { type RuleStatisticsDeps, ruleStatistics, ruleStatisticsOf, ruleStatisticsQuery } from './rule-statistics.ts'

/** Management API: what the recent events of an action had, and what its rules did with them. */
export const trafficRoutes: Routes<RecentValuesDeps & RuleStatisticsDeps> = (app, deps) => {
  app.get(
    `${actionPath}/recent-values`,
    {
      schema: {
        tags: ['backtests'],
        summary: 'See what signals had lately',
        description:
          'For whoever writes a rule: of numbers how they are spread, of everything else the most frequent values, and how often each was missing. From the latest 2,000 events of the action, or as many as can be read in two seconds.',
        params: actionPathParams,
        querystring: recentValuesQuery,
        response: { 200: recentValues },
      },
    },
    (request) => {
      const tenant = tenantOf(request)
      return recentValuesOf(deps, tenant, actionInForce(tenant, request.params.actionCode), request.query)
    },
  )
  app.get(
    `${actionPath}/rule-statistics`,
    {
      schema: {
        tags: ['backtests'],
        summary: 'See how the rules of an action did',
        description:
          'How often each rule matched, decided, would have matched in shadow mode or could not be determined, by day, with labels: from counts of the whole range. What the rules have in common: from the latest events of it, as `sample` says.',
        params: actionPathParams,
        querystring: ruleStatisticsQuery,
        response: { 200: ruleStatistics },
      },
    },
    (request) => {
      const tenant = tenantOf(request)
      return ruleStatisticsOf(deps, tenant, actionInForce(tenant, request.params.actionCode), request.query)
    },
  )
}
