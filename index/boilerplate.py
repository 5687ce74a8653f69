"""Which lines speak to the reader as a customer: log-in, comment, sharing and newsletter prompts.

A line is judged by whom it addresses and not by its subject: "The paper lost 2,000 subscribers" is
news, "Subscribe to go on reading" is not.
"""

import re

MAX_PROMPT_WORDS = 45
# An author's box that says how to reach them is longer than a prompt.
MAX_ASKING_WORDS = 60
MAX_UNCLOSED_WORDS = 8

# What a page asks of its reader, at the start of a line.
REQUEST = re.compile(
    r"""(?:please\ |already\ |not\ |don[’']t\ have\ |have\ )?(?:
    sign\ (?:in|up)\b | log\ ?(?:in|on|out)(?=$|\W*$|[,.!]|\ (?:to|or|with|here|now|below|using|as)\b) | register\ (?:now|for|to|here|today|free)\b | register$
    | subscribe\ (?:now|to|for|free|today|here|and|from|with|via|\W) | subscribe\W*$
    | (?:add|find|friend|visit|message)\ us\ (?:on|at|via)\b | questions\?\ comments\?
    | subscriptions?\ (?:start|from|offers?|options?)\b
    | an?\ (?:account|subscriber|member|subscription)\ ?(?:yet)?\?
    | a\ registered\ user
    | create\ (?:an?|your)\ (?:free\ )?(?:account|profile)\b
    | (?:to\ )?join\ (?:the|our|in\ the|thousands|over|more\ than)\ .{0,40}\b(?:conversation|discussion|debate|community|channel|group|readers|subscribers|newsletter|mailing)
    | have\ your\ say | have\ you\ (?:heard|tried|seen|read|downloaded)\ our\b | (?:new\W*)?you\ can\ now\ (?:listen|watch|follow|read)\b.{0,40}\b(?:articles?|stories|app|newsletters?|podcasts?)\b
    | what\ do\ you\ think\? | tell\ us\ (?:what|in|about|your) | let\ us\ know\ (?:what|in|your|by)
    | (?:(?:read|like)\ (?:or|and)\ )?share\ (?:this|your|on|via|full)\b | share$ | follow\ (?:[^.]{1,40}[’']s\ (?:\w+\ )?coverage\ of\b|(?:us|him|her|them|me)(?:\W*$|\ (?:on|at|via|for)\b)|@\w|the\ (?:topics|author)\b|\S+(?:\ \S+){0,3}\ on\ (?:twitter|x|facebook|instagram|threads|bluesky|mastodon|tiktok|linkedin|whatsapp|telegram|youtube|google\ news)\b) | like\ us\ on\b
    | (?:leave|post|add|write|view|show|read|load|see|hide|open|close)\ (?:(?:a|all|your|more|the|comments?\ \(?\d+|\d+)\ )*(?:comments?|repl(?:y|ies))\b
    | comments?(?:\ \(?\d+\)?|\ are\ closed.*|\ section.*|\ have\ been\ .*|\ on\ this\ .*)?$ | \d+\ comments?$
    | (?:\w+\ )?(?:comments\ )?there\ are\ (?:currently\ )?no\ comments\b | registered\ (?:users|members|readers)\ (?:may|can)\ (?:post|comment|reply|leave)\b
    | you\ (?:have|are)\ (?:now\ )?(?:been\ )?successfully\ (?:un)?(?:subscribed|registered|signed\ up)\b
    | commenting\ (?:as|on\ this) | you\ (?:are|must\ be)\ (?:commenting|logged|signed|currently|now\ (?:logged|signed))
    | (?:by\ )?(?:signing\ up|subscribing|submitting|registering|clicking|continuing|entering\ your)\b.{0,90}\b(?:you|your|our|we)\b
    | enter\ your\ (?:e-?mail|name|details|postcode) | (?:your\ )?e-?mail\ address\b.{0,30}$ | you\ can\ (?:unsubscribe|opt\ out)
    | unsubscribe\b | (?:thanks|thank\ you)\ for\ (?:subscribing|signing|reading\b.{0,25}[.!]?$|registering)
    | to\ (?:continue|keep|go\ on|carry\ on)\ (?:reading|watching|listening)\b | to\ read\ (?:the\ (?:full|rest|whole)\b|this\ (?:article|story|piece|page|content)\b|more\b|on\b)
    | continue\ reading\b | keep\ reading\b.{0,40}$ | read\ (?:the\ full\ (?:story|article)|more|next|also|on)\b\ ?(?::|»|→|>|\.\.\.|…|$|about|at\b|from|here|on)
    | you(?:[’']ve|\ have)\ (?:reached|read|used|got)\ .{0,40}\b(?:limit|articles?|free|remaining)\b | you\ have\ \d+\ (?:free\ )?articles?\b
    | this\ (?:article|story|content|page|feature)\ is\ (?:only\ |exclusively\ |for\ |available\ )*(?:to\ |for\ )?(?:our\ )?(?:subscribers?|members|premium|registered)\b
    | (?:unlock|get)\ (?:unlimited|full|instant|exclusive|digital|this\ article|all[ -]access)\b
    | get\ (?:the|our|all\ the|more|your|a\ daily|breaking)\ .{0,60}\b(?:newsletters?|inbox|e-?mails?|alerts?|straight\ to|delivered|app)\b
    | (?:our|a|the)\ (?:free\ |daily\ |weekly\ |morning\ )+(?:e-?mail|newsletter)\b.{0,80}\b(?:you|your|inbox)\b
    | (?:want|looking\ for|love|enjoy(?:ed|ing)?|like)\ .{0,70}\?\ (?:sign|subscribe|use\ our|get|join|follow|try|click|download|support|(?:listen|tune|watch|read|check\ out)\b.{0,12}\bour)\b
    | (?:support|help)\ (?:our|us|independent|local|quality|the\ (?:paper|guardian))\b.{0,60}\b(?:journalism|reporting|newsroom|donat\w+|today|from\ as)\b
    | support\ .{2,60}\b(?:become\ a\ (?:member|subscriber|supporter)|subscribe|donate)\b | a\ message\ from\ (?:the|our)\ editors?\b.{0,10}$
    | (?:donate|contribute|become\ a\ (?:member|subscriber|supporter))\b.{0,60}$
    | download\ (?:the|our)\b.{0,50}\bapp\b | (?:click|tap|swipe|scroll)\ (?:here|on|to|the|down|below)\b
    | (?:\w+\ ){0,2}video\ ?[:|]\ ?(?-i:[“"‘'A-Z0-9]).*(?<![.!?”"])$
    | to\ (?:hear|listen|watch|view|find|see|download|get)\b.{0,60}\b(?:go|click|tap|visit|look)\ here\b
    | you\ can\ (?:also\ )?(?:hear|listen|watch|download|find|get|stream|follow|subscribe|read)\b[^.]{0,50}\bon\ (?:itunes|spotify|youtube|soundcloud|apple\ podcasts|twitter|facebook|instagram|google\ play)\b
    | (?:watch|listen|see\ also|see\ more|also\ read|related|more\ on\ this|read\ more|read|recommended|more|up\ next|next|don[’']t\ miss|explore|in\ pictures|gallery|video|must\ read)\ ?[:|]\ ?(?-i:[“"‘'A-Z0-9])
    | don[’']t\ miss\b.{0,30}$
    | skip\ (?:to|past|advert)\b | jump\ to\b.{0,40}(?<![.!?”])$ | other\ (?:stories|articles|news)\ (?:in|from)\b.{0,40}$
    | [^.!?@]{3,50},\ \+?[\d\ ()-]{8,18},\ \S+@\S+$ | (?:story|article|post)\ continues\ (?:below|after) | continues\ below
    | advert(?:isement|isements|ising)?$ | for\ immediate\ release\W*$ | sponsored(?:\ (?:content|by\ \S+|links?))?$ | promoted(?:\ by\ \S+|\ content)?$ | paid\ (?:content|post|ads?)$ | loading\b.{0,10}$
    | (?:most|more)\ (?:read|viewed|popular|watched|shared)(?:\ (?:stories|articles|news|now|today|this\ week|in\ .{2,25}))?$ | more\ (?:from|stories|on\ this|news|in|coverage)\b.{0,30}(?<![.!?”"])$ | related\ (?:articles?|stories|topics?|content|links?|reading|news|posts?|coverage|video)\b.{0,20}$ | more\ related\b.{0,20}$
    | (?:related|further\ reading)\W*$ | editors?[’']?\ recommendations\W*$ | recommended(?:\ for\ you|\ stories|\ reading)?\W*$ | you\ (?:may|might)\ (?:also\ )?(?:like|be\ interested) | trending(?:\ now)?$ | editor[’']?s?[’']?\ picks?$ | latest\ (?:news|stories)$
    | before\ you\ (?:buy|invest)\b.{0,80}\bconsider\ this\b | should\ you\ (?:invest|buy)\b.{0,60}\bright\ now\?$ | (?:re-?)?read\ [“"‘'].{5,120}[”"’']\ (?:in|on|from|at)\b
    | what\ you\ need\ to\ know\ ?:$ | key\ (?:points|takeaways)\W*$ | takeaways\ (?:by|from)\b.{0,30}\bai\W*$
    | (?:ai[ -](?:generated\ )?|quick\ )(?:summary|overview|key\ points)\b.{0,20}$ | end\ of\ (?:article|story)$ | start\ (?:a|the)\ (?:conversation|discussion)$
    | view\ this\ post\ on\b | a\ post\ shared\ by\b | back\ to\ top | newsletters?(?:\ sign-?\ ?up)?$ | print$ | listen\ to\ (?:this\ (?:article|story|page)|the\ article)\b.{0,30}$ | copy\ link\b.{0,20}$ | gift\ (?:this\ )?article
    | (?:we|this\ (?:site|website|page))\ uses?\ (?:cookies|technologies)\b | we\ and\ our\ (?:\d+\ )?partners | (?:accept|reject|manage)\ (?:all|cookies|my|your)\b.{0,30}$ | cookie\ (?:policy|settings|preferences)
    | privacy\ (?:policy|notice|settings)$ | terms\ (?:of\ (?:use|service)|and\ conditions|&\ conditions)\b.{0,40}$ | (?:copyright\ )?© | copyright\ (?:\(c\)\ )?(?:19|20)\d\d\b
    | contact\ (?:\S+\ ){1,4}at\ \(?[\d+][\d\ ()-]{6,}\b | contact\ (?:\S+\ ){1,4}at\ \S+@\S+ | (?:contact|reach)\ the\ (?:writer|reporter|author)s?\b | (?:table\ of\ )?contents$ | (?:replay\ )?more\ videos\b.{0,5}$ | (?:replay|watch|listen)$ | .{0,80}\bin\ (?:pictures|photos)$
    | why\ (?:you\ can\ )?trust\ (?:us|our)?\b.{0,40}(?<![.!?])$ | follow\ our\ | help\ us\ (?:investigate|report\ on|cover)\b.{0,60}(?<![.!?])$ | reporting\ highlights$
    | to\ report\ an?\ (?:correction|typo|error)\b | stay\ (?:connected|in\ touch|up\ to\ date|informed)\ with\b.{0,60}\b(?:app|apps|newsletter|alerts|download)\b | stay\ connected\b.{0,30}$ | download\ (?:the|our)\ (?:free\ )?.{0,60}\bapps?\b
    | these\ highlights\ were\ | read\ a\ summary\ of\ | not\ for\ reprint$ | (?:edited|produced|translated|compiled|fact-checked)\ by\ ?: | this\ (?:article|story|piece)\ (?:was\ )?(?:originally|first)\ (?:published|appeared)\b
    | our\ (?:standards|trust\ principles)\ ?: | do\ you\ have\ an\ opinion\ on | (?:additional\ )?reporting\ by\ [^.]{3,160};\ (?:additional\ )?(?:editing|writing|reporting|compiled)\ by\b
    | (?:got|have|do\ you\ have)\ a\ (?:story|tip|news\ tip|question|correction)\b.{0,25}\?
    | .{0,60}\b(?:coverage|reporting|journalism)\ (?:is|was)\ (?:supported|funded|made\ possible|underwritten)(?:\ in\ part)?\ by\b
    | for\ more\ (?:stories|news|information\ about\ how|on\ this)\b.{0,60}\b(?:click|visit|follow|sign|check|see|go\ to|here)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)  # fmt: skip
# What only such a line says, wherever in it.
MACHINERY = re.compile(
    r"\bplease (?:log|sign) ?(?:in|on)\b|\balready (?:a|have an?|registered|subscribed)\b.{0,30}\?|"
    r"\bcommenting as\b|\byou, our readers?\b|\byour subscription\b.{0,60}\bjournalism\b|\b(?:artificial[- ]intelligence|ai) tools? (?:created|generated|wrote|produced) this (?:summary|overview)\b|\bthis summary (?:was|is) (?:\w+[- ])?(?:generated|created|produced|written) (?:by|with|using)\b|\bwhat (?:they|we) believe are the \d+ best stocks\b|\bdon[’']t miss (?:out on )?(?:the|our) latest\b|\bfollow (?:us|our|(?-i:[A-Z])[^.!?]{1,40}) on (?:whatsapp|telegram|facebook|instagram|tiktok|youtube|google news) (?:for|to|channel)\b|\bwe(?:[’']d| would)? (?:like|love|want) to hear (?:from you|your)\b|\bsecurely (?:on|via|through|at) (?:signal|whatsapp|protonmail)\b|\b(?:send|drop) (?:him|her|them|me|us) an e-?mail\b|\b(?:can be reached|e-?mail (?:me|us|him|her|the (?:author|writer|reporter))|contact (?:me|us|the (?:author|writer|reporter))) at \S+@\S+|"
    r"\b(?:spot|see|notice|find|found) an? (?:error|mistake|typo)\b.{0,60}\b(?:let us know|tell us|contact|e-?mail|write)\b|\bto be considered for publication\b|\bwill not (?:publish|use|share) your name\b|"
    r"\byou\b[^.]{0,90}\? (?:please )?(?:e-?mail|get in touch|contact us|contact the|let us know|tell us|message us|share your|write to|send us)\b|\bfollow @\w+$|\byou can find (?:more|further|additional) (?:information )?(?:about|on) .{0,60}\bhere\W*$|\ball rights reserved\b|\bno credit card\b|\bcancel any ?time\b|\bterms of (?:use|service) (?:and|&) |"
    r"\b(?:sign up|subscribe|register) (?:here|now|today|to (?:our|receive|get)|for (?:our|free|the (?:[\w’'-]+ ){0,3}(?:newsletter|e-?mails?|alerts?|briefing)))\b|\bstraight to your inbox\b|\bin your inbox\b|"
    r"\bsign up (?:to|for) [^.]{0,60}\bour (?:[\w’'-]+ ){0,3}newsletters?\b|\byou can unsubscribe\b|\bclick here to (?:contribute|donate|subscribe|support|join|register|sign up|give)\b|^privacy notice\b|\bpaid subscribers (?:got|get|also|can|will|received?)\b|\bcaptcha to protect\b|\bprivacy policy\b.{0,60}\b(?:apply|terms|agree)\b|\bprotected by recaptcha\b|\bare affiliate links\b|\bwe (?:may |might )?(?:earn|receive) (?:a |an )?(?:small |affiliate )?commission\b|\b(?:not been edited by|auto-?generated (?:from|by))\b.{0,60}\b(?:staff|feed)\b|^a version of this (?:article|story) (?:appears|appeared) in print\b",
    re.IGNORECASE,
)
# A way to reach the paper, as a prompt's further lines give it.
REACH = re.compile(
    r"\S+@\S+\.\w+|(?:^|\s)@\w{3,}|\+?\d[\d ()-]{8,}\d|\bhttps?://|\bwww\.", re.IGNORECASE
)
# The paper, or its reader; "US" is neither.
PAPER = re.compile(r"\b(?:[Yy]ou|[Yy]ours?|[Ww]e|us|[Oo]ur|[Pp]lease)\b")
# "- Advertisement -", "*** Subscribe ***"
RULING = " -–—*|•·"
CLOSING = re.compile(r"[”’»“][.,!?]?$")
SPEECH = re.compile(r"[“”\"«»„]|(?:^|\s)[‘']\w")
QUOTED = re.compile(r"[“\"‘'«„]")


def is_prompt(line: str) -> bool:
    """Return whether a line is a prompt of the page's and not a sentence of the article's.

    A line that opens with a quotation mark is somebody's words and never one, but for a short line in which
    nothing closes it.
    """
    line = line.strip(RULING)
    words = len(line.split())
    if words <= MAX_UNCLOSED_WORDS and len(QUOTED.findall(line)) == 1 and not CLOSING.search(line):
        line = QUOTED.sub("", line, count=1)
    if words > MAX_ASKING_WORDS or QUOTED.match(line):
        return False
    if words <= MAX_PROMPT_WORDS and REQUEST.match(line):
        return True
    return MACHINERY.search(line) is not None and not SPEECH.search(line)


def speaks_to_reader(line: str) -> bool:
    """Return whether a line without quotations names the paper or its reader: we, our, you, please."""
    return PAPER.search(line) is not None and not SPEECH.search(line)


def is_asking(line: str) -> bool:
    """Return whether a line speaks to the reader or, quoting nobody, gives a way to reach somebody."""
    return speaks_to_reader(line) or (gives_address(line) and not SPEECH.search(line))


def gives_address(line: str) -> bool:
    """Return whether a line gives a way to reach somebody: an address, a number, an account."""
    return REACH.search(line) is not None
