// What experts, auditors and administrators do.
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { ask } from '../browser.ts'
import { granted, invite } from './hr.ts'
import { taskOf, type Where } from './task.ts'
import { section } from './team.ts'

export function expertTasks(place: Where): void {
  const task = taskOf(place, 'expert')

  task('what comes before this point', 1, async (visit) => {
    const { page } = visit
    await visit.fill(page.getByRole('textbox', { name: /^搜索知识点/ }).last(), 'JOIN')
    await visit.click(page.getByRole('table').getByRole('link', { name: '用 JOIN 关联多张表' }))
    await page.waitForURL('**/catalog/points/K-SQL-JOIN')
    for (const name of ['识别主键与外键', '用 WHERE 筛选行', '看懂表、记录与字段']) {
      await section(page.locator('main'), '先导：先学什么').getByRole('link', { name }).waitFor()
      await page.locator('svg').getByRole('button', { name }).waitFor()
    }
    return () => page.locator('svg').getByRole('button', { name: '识别主键与外键' }).waitFor()
  })

  task(
    'which positions use it, in English',
    1,
    async (visit) => {
      const { page } = visit
      await visit.fill(page.getByRole('textbox', { name: /^Find points/ }).last(), 'JOIN')
      await visit.click(page.getByRole('table').getByRole('link', { name: /JOIN/ }).first())
      const uses = page.getByRole('row').filter({ hasText: 'Data Analyst' })
      expect(await uses.textContent()).toContain('85%')
      return undefined
    },
    'en',
  )

  task('which prerequisites do the data contradict', 1, async (visit) => {
    const { page } = visit
    await visit.click(visit.entry('洞察'))
    const suspects = section(page.locator('main'), '存疑的先导关系')
    await suspects
      .getByText(/\d+ 人中 \d+ 人|没有与数据不符的先导关系/)
      .first()
      .waitFor()
    return undefined
  })

  task('what does this position rest on', 3, async (visit) => {
    const { page } = visit
    await visit.click(visit.entry('岗位'))
    await visit.click(page.getByRole('table').getByRole('link', { name: '数据分析师' }))
    await visit.click(page.getByRole('link', { name: '先导关系图' }))
    await page.locator('[data-node]').first().waitFor()
    expect(await page.locator('[data-node]').count()).toBeGreaterThan(75) // more than it requires
    return () => page.locator('[data-node]').first().waitFor()
  })
}

export function auditorTasks(place: Where): void {
  const task = taskOf(place, 'auditor')

  task('who read whose data today', 1, async (visit) => {
    const { page } = visit
    await ask(place().url, 'hr', '{ employee(code: "E012") { states { mastery } } }')
    await visit.click(page.getByRole('button', { name: '读取人员掌握情况' }))
    await visit.settle()
    const read = page.getByRole('row').filter({ hasText: '白若溪' }).filter({ hasText: 'E012' }).first()
    await read.waitFor()
    const classes = await page.locator('td.audit-what small').allTextContents()
    expect(new Set(classes)).toEqual(new Set(['读取人员掌握情况']))
    return () => read.waitFor()
  })

  task('take it into a spreadsheet', 1, async (visit) => {
    const { page } = visit
    const [file] = await Promise.all([page.waitForEvent('download'), visit.click(page.getByRole('button', { name: /^将此表下载为 CSV/ }))])
    const text = readFileSync(await file.path(), 'utf8')
    expect(text.slice(0, 4)).toBe('\uFEFF时间,')
    expect(text).toContain('卢思远')
    return undefined
  })

  task('say the second yes to a role of an auditor', 2, async (visit) => {
    const { page } = visit
    await invite(place().url, 'auditor-yes', 'AUDITOR')
    await visit.click(visit.entry('审批'))
    await visit.click(page.getByRole('row').filter({ hasText: 'auditor-yes' }).getByRole('button', { name: '批准' }))
    await visit.said('已执行')
    return () => granted(place().url, 'auditor-yes', 'AUDITOR')
  })
}

export function adminTasks(place: Where): void {
  const task = taskOf(place, 'admin')

  task('let a person in', 3, async (visit) => {
    const { page } = visit
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await visit.click(page.getByRole('button', { name: '邀请' }))
    await visit.fill(page.getByRole('textbox', { name: '用户名' }), 'newcomer')
    await visit.click(page.getByRole('dialog').getByRole('button', { name: '保存' }))
    const link = page.getByRole('textbox', { name: '设置密码的链接' })
    await link.waitFor()
    expect(await link.inputValue()).toMatch(/^http:\/\/.*\/invite#\S+$/)
    await visit.click(page.getByRole('button', { name: '复制链接' }))
    await visit.said('已复制')
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await link.inputValue())
    return async () => {
      if (await page.getByRole('dialog').count()) await page.keyboard.press('Escape')
      await page.getByRole('row').filter({ hasText: 'newcomer' }).getByText('已邀请，待设置密码').waitFor()
    }
  })

  task('give a role', 4, async (visit) => {
    const { page } = visit
    await invite(place().url, 'apprentice', '')
    await visit.reload()
    await visit.click(page.getByRole('button', { name: 'apprentice' }))
    await visit.click(page.getByRole('button', { name: '添加角色' }))
    await visit.click(visit.option('业务专家'))
    await visit.click(page.getByRole('dialog').getByRole('button', { name: '保存' }))
    await visit.said('该操作正在等待二次批准。')
    return () =>
      page
        .getByRole('listitem')
        .filter({ hasText: '业务专家' })
        .getByText(/需要.*批准/)
        .waitFor()
  })

  task('make a token for a learning system', 4, async (visit) => {
    const { page } = visit
    await visit.click(page.getByRole('tab', { name: '服务账号' }))
    await visit.click(page.getByRole('button', { name: '新建令牌' }).first())
    await visit.fill(page.getByRole('combobox', { name: '程序' }), '学习平台')
    await visit.fill(page.getByRole('textbox', { name: '用途' }), '发送学习记录')
    await visit.click(page.getByText('记录证据'))
    await visit.click(page.getByRole('dialog').getByRole('button', { name: '保存' }))
    const token = page.getByRole('textbox', { name: '令牌' })
    await token.waitFor()
    expect(await token.inputValue()).toMatch(/^zhitu_/)
    expect(await page.getByText('二次批准后才生效。').count()).toBe(1)
    return () => page.getByRole('button', { name: '学习平台' }).waitFor()
  })

  task('is the server well', 1, async (visit) => {
    await visit.click(visit.page.getByRole('tab', { name: '运行状态' }))
    await visit.page.getByText('✓ 是：数据库可用，知识目录已加载').waitFor()
    return undefined
  })

  task(
    'is the server well, in English',
    1,
    async (visit) => {
      await visit.click(visit.page.getByRole('tab', { name: 'Health' }))
      await visit.page.getByText('✓ yes: the store answers, and the catalog is loaded').waitFor()
      return undefined
    },
    'en',
  )
}
