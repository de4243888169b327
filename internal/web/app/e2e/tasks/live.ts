import { expect, onTestFinished, test } from 'vitest'
import { Visit } from '../browser.ts'
import type { Where } from './task.ts'
import { record, recorded } from './team.ts'

export function liveUpdates(place: Where): void {
  test('what HR records shows on the open page of the employee', async () => {
    const { browser, url } = place()
    const [hr, employee] = [await Visit.begin(browser, url, 'hr'), await Visit.begin(browser, url, 'employee', 'zh-CN', 390)]
    onTestFinished(async () => {
      await hr.end()
      await employee.end()
    })
    await employee.open('/learning?position=POS-OP&view=evidence')
    await hr.open('/team?position=POS-OP&person=E007&in=C-PROD-QUAL')
    const asked: (string | undefined)[] = []
    employee.page.on('request', (request) => {
      if (request.method() === 'POST') asked.push(request.headers()['zhitu-background'])
    })
    const point = await record(hr, hr.page.getByRole('dialog').first(), '了解 30%')
    await recorded(hr, point)
    const row = employee.page.getByRole('row').filter({ hasText: point }).filter({ hasText: '考试' }).filter({ hasText: '30%' })
    await row.waitFor()
    expect(new Set(asked), 'what the page asks by itself keeps no session alive').toEqual(new Set(['true']))
    expect([...hr.faults, ...employee.faults]).toEqual([])
  })
}
