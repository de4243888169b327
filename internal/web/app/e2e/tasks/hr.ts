import { expect } from 'vitest'
import { ask } from '../browser.ts'
import { taskOf, type Where } from './task.ts'
import { section } from './team.ts'

export function hrTasks(place: Where): void {
  const task = taskOf(place, 'hr')

  task('who could take this position', 3, async (visit) => {
    const { page } = visit
    await visit.click(visit.entry('人才'))
    await visit.settle()
    await visit.choose(page.getByRole('combobox', { name: '岗位', exact: true }), '数字化管理专员')
    await page.getByRole('heading', { name: /^数字化管理专员：\d+ 人就绪，\d+ 人接近$/ }).waitFor()
    const first = page.getByRole('table', { name: '谁能胜任某岗位' }).getByRole('row').nth(1)
    expect(await first.textContent()).toMatch(/\d+%/)
    return () => page.getByRole('heading', { name: /^数字化管理专员：/ }).waitFor()
  })

  task(
    'who could take this position, in English',
    3,
    async (visit) => {
      const { page } = visit
      await visit.click(visit.entry('Talent'))
      await visit.settle()
      await visit.choose(page.getByRole('combobox', { name: 'Position', exact: true }), 'Data Analyst')
      await page.getByRole('heading', { name: /^Data Analyst: \d+ ready, \d+ near$/ }).waitFor()
      return undefined
    },
    'en',
  )

  task('which critical points would one leaving cost us', 0, async ({ page }) => {
    const risks = section(page.locator('main'), '单点风险').getByRole('row')
    await risks.nth(1).waitFor()
    expect(await risks.nth(1).getByRole('link').count()).toBeGreaterThan(0)
    return undefined
  })

  task('enter a new employee', 3, async (visit) => {
    const { page } = visit
    await visit.click(visit.entry('人员'))
    await visit.click(page.getByRole('button', { name: '新增' }))
    await visit.fill(page.getByRole('textbox', { name: '工号' }), 'N100')
    await visit.fill(page.getByRole('textbox', { name: '姓名' }), '于小满')
    await visit.click(page.getByRole('button', { name: '保存' }))
    await visit.said('已新增于小满')
    await visit.fill(page.getByRole('searchbox'), 'N100')
    return () => page.getByRole('row').filter({ hasText: 'N100' }).getByRole('link', { name: '于小满' }).waitFor()
  })

  task('change a department', 5, async (visit) => {
    const { page } = visit
    await visit.click(visit.entry('人员'))
    await visit.click(page.getByRole('button', { name: '编辑: 田振华' }))
    const drawer = page.getByRole('dialog', { name: '编辑田振华' })
    await visit.choose(drawer.getByRole('combobox', { name: '部门' }), '质量与工艺部')
    await visit.click(drawer.getByRole('button', { name: '保存' }))
    await visit.said('已保存')
    return () => page.getByRole('row').filter({ hasText: '田振华' }).filter({ hasText: 'E035' }).getByText('质量与工艺部').waitFor()
  })

  task('answer an objection', 3, async (visit) => {
    const { page } = visit
    const [reason, answer] = ['考试那天系统出错了', '已核对，考试成绩将重新登记']
    const objection = `mutation($reason: String!) { objectToState(input: { knowledgePoint: "K-DATA-SCAN", reason: $reason }) { userErrors { message } } }`
    await ask(place().url, 'employee', objection, { reason })
    await visit.click(visit.entry('待处理'))
    await visit.click(page.getByRole('row').filter({ hasText: reason }).getByRole('button', { name: '答复' }))
    await visit.fill(page.getByRole('dialog', { name: '答复陈晓雨' }).getByRole('textbox', { name: '答复' }), answer)
    await visit.click(page.getByRole('button', { name: '发送' }))
    await visit.said('答复已发送')
    return async () => {
      expect(await page.getByText(reason).count()).toBe(0)
      const { employee } = await ask<{ employee: { objections: { reason: string; answer: string }[] } }>(
        place().url,
        'employee',
        '{ employee(code: "E007") { objections { reason answer } } }',
      )
      expect(employee.objections.find((o) => o.reason === reason)?.answer).toBe(answer)
    }
  })

  task('say the second yes to a role', 2, async (visit) => {
    const { page } = visit
    await invite(place().url, 'hr-yes', 'EXPERT')
    await visit.click(visit.entry('审批'))
    await visit.click(page.getByRole('row').filter({ hasText: 'hr-yes' }).getByRole('button', { name: '批准' }))
    await visit.said('已执行')
    return () => granted(place().url, 'hr-yes', 'EXPERT')
  })
}

// invite lets an administrator propose an account with a role, which waits for a second yes.
export async function invite(url: string, login: string, role: string): Promise<void> {
  const made = await ask<{ inviteAccount: { pending: unknown[]; userErrors: unknown[] } }>(
    url,
    'admin',
    `mutation($input: InviteAccountInput!) { inviteAccount(input: $input) { pending { id } userErrors { message } } }`,
    { input: { login, name: login, grants: role ? [{ role }] : [] } },
  )
  expect(made.inviteAccount).toMatchObject({ userErrors: [], pending: role ? [{}] : [] })
}

// granted holds that an account has the role, and that nothing about it waits any more.
export async function granted(url: string, login: string, role: string): Promise<void> {
  const { accounts, pendingApprovals } = await ask<{ accounts: { nodes: { grants: { role: string }[] }[] }; pendingApprovals: { accountName: string }[] }>(
    url,
    'admin',
    `query($text: String!) { accounts(filter: { text: $text }) { nodes { grants { role } } } pendingApprovals { accountName } }`,
    { text: login },
  )
  expect(accounts.nodes).toEqual([{ grants: [{ role }] }])
  expect(pendingApprovals.filter((p) => p.accountName === login)).toEqual([])
}
