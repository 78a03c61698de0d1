"""Message boards as governments' sites write them: tables, definition lists, lines with labels; writers planted in all."""

from __future__ import annotations

WHO = "署名标记甲乙"
PHONE = "13800138000"
TITLE = "滨河路夜间施工噪音扰民"
TEXT = "滨河路地铁工地连续三天凌晨两点仍在浇筑，居民无法休息，请尽快处理。"
ANSWER = "您好，经核实，施工单位未办理夜间施工许可，我局已责令其停止夜间作业，并立案处理。"
OFFICE = "示例区城市管理局"

TABLE = f"""<html><head><title>信件详情-示例区人民政府</title></head><body><div class=nav><a href=/>首页</a></div>
<table class=xj><tr><th>留言编号</th><td>20261120001</td><th>留言人</th><td>{WHO}</td></tr>
<tr><td>联系电话</td><td>{PHONE}</td><td>留言类型</td><td>投诉</td></tr>
<tr><td>留言标题</td><td colspan=3>{TITLE}</td></tr><tr><td>留言时间</td><td>2026-11-20 08:12:33</td><td>办理状态</td><td>已办结</td></tr>
<tr><td>留言内容</td><td colspan=3><p>{TEXT}</p><p>盼复。</p></td></tr>
<tr><td>答复单位</td><td>{OFFICE}</td><td>答复时间</td><td>2026-11-21 15:30</td></tr>
<tr><td>答复内容</td><td colspan=3><p>{ANSWER}</p></td></tr>
<tr><td>满意度评价</td><td colspan=3>非常满意</td></tr></table>
<div class=footer>主办单位：示例区人民政府办公室 电话：0000-12345678<p>政府网站标识码：0000000001</p></div></body></html>"""

LIST = f"""<html><head><title>{TITLE}_区长信箱</title></head><body><h1>{TITLE}</h1>
<dl><dt>来信人：</dt><dd>{WHO}</dd><dt>来信时间：</dt><dd>2026年11月20日</dd><dt>信件类别：</dt><dd>投诉</dd>
<dt>信件状态：</dt><dd>已回复</dd><dt>信件内容：</dt><dd>{TEXT}</dd>
<dt>回复单位：</dt><dd>{OFFICE}</dd><dt>回复时间：</dt><dd>2026-11-21</dd><dt>回复内容：</dt><dd>{ANSWER}</dd></dl></body></html>"""

LINES = f"""<html><head><title>领导信箱</title></head><body><div class=detail>
<h2 class=t>{TITLE}</h2><p class=info><span>写信人：{WHO}</span>&nbsp;&nbsp;<span>写信时间：2026-11-20 08:12</span>&nbsp;<span>类别：环境保护</span></p>
<div class=con><b>【来信内容】</b>{TEXT}</div>
<div class=re><p><b>官方回复</b></p><p>承办单位：{OFFICE} 回复日期：2026-11-21 15:30</p><p>回复内容：{ANSWER}</p></div>
<ul><li>办理态度：★★★★★</li><li>评价内容：{WHO}很满意</li></ul>
<p><a href=1.html>上一篇</a></p></div></body></html>"""

ROWS = f"""<html><head><title>问政平台</title></head><body><div class=row><div class=label>问题标题</div><div class=value>{TITLE}</div></div>
<div class=row><div class=label>姓名</div><div class=value>{WHO}</div></div>
<div class=row><div class=label>提交时间</div><div class=value>2026-11-20 08:12</div></div>
<div class=row><div class=label>处理状态</div><div class=value>办理中</div></div>
<div class=row><div class=label>问题描述</div><div class=value>{TEXT}</div></div>
<div class=row><div class=label>办理结果</div><div class=value>暂无回复</div></div></body></html>"""

SEVERAL = f"""<html><head><title>问政平台</title></head><body><table><tr><td>信件标题</td><td>{TITLE}</td></tr>
<tr><td>来信时间</td><td>2026-11-18 08:12</td></tr><tr><td>来信内容</td><td>{TEXT}</td></tr></table>
<div><h3>回复内容</h3><p>您好，来信收悉，已转交办理，请耐心等待。</p><p>回复部门：示例区信访局</p><p>回复时间：2026-11-19 09:00</p></div>
<div><h3>回复内容</h3><p>{ANSWER}</p><p>回复部门：{OFFICE}</p><p>回复时间：2026-11-21 15:30</p></div></body></html>"""

CLOSED = f"""<html><head><title>问政平台</title></head><body><table><tr><td>信件标题</td><td>{TITLE}</td></tr>
<tr><td>来信时间</td><td>2026-11-18 08:12</td></tr><tr><td>来信内容</td><td>{TEXT}</td></tr><tr><td>办理状态</td><td>已办结</td></tr>
<tr><td>办结时间</td><td>2026-11-21 15:30</td></tr><tr><td>答复内容</td><td></td></tr></table></body></html>"""
