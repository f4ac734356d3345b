"""Text as it is compared: one form for full and half width, Traditional and Simplified, blanks and
punctuation.
"""

import re
import unicodedata

# Traditional → Simplified, character by character, for the words labels and headings are made of.
# It serves to recognise, never to rewrite: what is stored stays in the script it was written in.
_PAIRS = (
    "與与專专業业東东絲丝兩两嚴严個个豐丰臨临為为麗丽舉举義义樂乐習习鄉乡書书買买亂乱爭争於于虧亏雲云亞亚產产畝亩親亲億亿僅仅從从侖仑倉仓儀仪們们價价眾众優优會会傘伞偉伟傳传傷伤"
    "倫伦偽伪體体餘余傭佣債债傾倾償偿儲储兒儿黨党蘭兰關关興兴養养獸兽岡冈冊册寫写軍军農农馮冯衝冲決决況况凍冻淨净準准涼凉減减湊凑幾几鳳凤憑凭凱凯擊击劃划劉刘則则剛刚創创刪删別别剎刹"
    "劑剂勸劝辦办務务動动勵励勁劲勞劳勢势勳勋區区醫医華华協协單单賣卖盧卢衛卫廠厂廳厅曆历歷历厲厉壓压縣县參参雙双發发髮发變变敘叙葉叶號号嘆叹後后嚇吓呂吕嗎吗聽听啟启吳吴員员圍围園园"
    "國国圖图圓圆聖圣場场壞坏塊块堅坚壇坛壩坝塢坞墳坟墜坠壟垄壘垒墾垦執执報报處处備备複复復复頭头夾夹奪夺奮奋獎奖婦妇媽妈學学寧宁寶宝實实審审憲宪宮宫寬宽賓宾對对尋寻導导將将爾尔塵尘嘗尝屆届"
    "層层屬属嶺岭島岛峽峡崗岗嵐岚鞏巩幣币帥帅師师帳帐帶带幫帮庫库應应廟庙慶庆廢废開开異异棄弃張张彌弥彎弯彈弹強强歸归當当錄录徹彻徵征徑径憶忆懷怀態态總总戀恋懇恳惡恶惱恼悅悦驚惊"
    "慣惯憂忧戲戏戰战戶户撲扑擴扩掃扫揚扬擾扰撫抚搶抢護护擔担擬拟擁拥擇择掛挂揮挥損损換换據据擲掷攜携攝摄擺摆搖摇攤摊敵敌數数齋斋鬥斗斷断無无舊旧時时曠旷晝昼顯显曉晓暫暂術术樸朴機机殺杀"
    "雜杂權权條条來来楊杨極极構构槍枪標标棧栈棟栋欄栏樹树樣样檔档橋桥檢检樓楼橫横歐欧歡欢殘残殯殡毀毁畢毕氣气漢汉湯汤溝沟沒没滬沪淚泪澤泽潔洁濟济瀏浏渾浑測测濱滨漲涨潤润淵渊漸渐漁渔溫温"
    "灣湾濕湿滿满滯滞濫滥濾滤災灾爐炉煉炼煙烟煩烦燒烧熱热愛爱爺爷牽牵狀状獨独獄狱環环現现瑪玛電电畫画暢畅療疗瘋疯皺皱盜盗鹽盐監监蓋盖盤盘著着矯矫礦矿碼码磚砖確确礙碍禮礼禍祸離离種种積积"
    "稱称稅税穩稳窮穷竊窃競竞筆笔簡简籌筹簽签籤签類类糧粮糾纠紀纪約约級级紛纷紅红紋纹納纳紐纽純纯紙纸線线組组細细織织終终紹绍經经結结給给絡络絕绝統统繼继績绩續续維维綜综緒绪網网緊紧編编緩缓緣缘縮缩繳缴"
    "罰罚羅罗聯联職职聰聪肅肃腸肠膚肤腫肿脅胁勝胜腦脑脫脱膽胆藝艺節节蘇苏莊庄獲获薦荐營营蕭萧薩萨藍蓝藥药蘊蕴蟲虫雖虽補补裝装製制襲袭見见觀观規规視视覽览覺觉計计訂订認认討讨讓让訓训議议訊讯記记講讲許许"
    "論论設设訪访證证評评識识訴诉診诊詞词譯译試试詩诗誠诚話话誕诞詢询該该詳详語语誤误說说請请諸诸諾诺讀读課课調调談谈謀谋謝谢譜谱譽誉豬猪負负貢贡財财責责賢贤敗败賬账貨货質质販贩貪贪貧贫購购貫贯貼贴貴贵"
    "貸贷貿贸費费賀贺資资賞赏賠赔賴赖贈赠贏赢趙赵趨趋跡迹踐践車车軌轨軟软轉转輪轮輕轻載载較较輔辅輛辆輯辑輸输轄辖邊边達达遷迁過过運运還还這这進进遠远違违連连遲迟適适選选遺遗鄧邓鄭郑鄰邻釋释鑒鉴鑑鉴針针鐘钟鋼钢"
    "鑰钥錢钱鐵铁銅铜銀银鋪铺鏈链銷销鎖锁鍋锅錯错錦锦鍵键鎮镇鏡镜長长門门閉闭問问間间聞闻閱阅隊队陽阳陰阴陣阵階阶際际陸陆陳陈險险隨随隱隐難难靈灵靜静韓韩頁页頂顶項项順顺須须顧顾頓顿預预領领頻频題题額额風风飛飞"
    "飯饭飲饮館馆馬马駐驻駕驾驗验騎骑魚鱼鮮鲜鳥鸟鴻鸿黃黄齊齐齒齿齡龄龍龙淚泪裏里裡里徵征內内佈布臺台檯台羣群衆众滙汇匯汇彙汇註注週周麼么甦苏囑嘱"
)
SIMPLIFY = str.maketrans({_PAIRS[i]: _PAIRS[i + 1] for i in range(0, len(_PAIRS), 2)})
# Mirrors of Chinese pages sometimes carry the pronunciation behind a character: 根據(jù).
_PRONUNCIATION = re.compile(
    r"(?<=[\u4e00-\u9fff])[(（][a-zü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-zü]*[ \u3000]?[)）]"
)
_NOT_LETTERS = re.compile(r"[\W_]+")


def simplify(text: str) -> str:
    """The text in Simplified characters, each in its place: positions stay."""
    return text.translate(SIMPLIFY)


def compact(text: str) -> str:
    """Letters and digits alone, in standard width and Simplified characters."""
    return _NOT_LETTERS.sub("", simplify(unicodedata.normalize("NFKC", text)))


def without_pronunciation(text: str) -> str:
    """The text without the pronunciation some mirrors print behind characters."""
    return _PRONUNCIATION.sub("", text)


# What PDF readers take for characters are sometimes the radicals that look the same (⼈⺠ for
# 人民).
_RADICALS = {
    code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)
} | str.maketrans(
    "⺠⻓⻔⻋⻅⻆⻉⻙⻚⻛⻜⻝⻢⻥⻦⻨⻩⻬⻰⻄⺟⻘⻤⻁⻐⻣⺾⻌⺮",
    "民长门车见角贝韦页风飞食马鱼鸟麦黄齐龙西母青鬼虎钅骨艹辶竹",
)


def without_radicals(text: str) -> str:
    """The text with characters in place of radicals that look like them."""
    return text.translate(_RADICALS)


def visible(text: str) -> str:
    """The text without white space: what is counted as its characters."""
    return re.sub(r"\s+", "", text)
