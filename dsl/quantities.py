"""Comparisons, exceptions and denials as people turn them, in the words of the grammar.

The lines are those of :mod:`oedipus.dsl.patterns`, over words without fillers (``the``, ``a``, ``both`` …).
"""

from oedipus.dsl.patterns import rules

QUANTITIES = rules(
    r"""
nearest :: nearest (?:whole number|number|integer|whole) -> nearest 1
nearest :: nearest tenth -> nearest 0.1
nearest :: nearest hundredth -> nearest 0.01
will would should :: (you|we|i|one) (?:will|would|should) (get|obtain|have) -> \1 \2
cannot :: cannot -> can not
anything :: (is|am|are) anything but -> \1 not
far :: ^far from being (\S+) , (i am|it is|number is) -> \2 not \1 and \2
false wrong untrue incorrect lie :: ^it (?:is|would be) (?:false|wrong|untrue|incorrect|lie)(?: to say)? that (.+)$ -> not ( \1 )
not :: (is|are|am) not one (?=(?:#more|#less) than) -> \1 not 1
nor :: (is|am|are) not (.+?) ,? nor (?:is|are|am) (?:it|i|they) (?=\S) -> \1 not \2 and \1 not
but :: ^(#digit) , but not (#digit) , (is|has|divides) (.+)$ -> \1 \3 \4 and not ( \2 \3 \4 )
unlike :: ^(#digit) , unlike (#digit) , (is|has|divides) (.+)$ -> \1 \3 \4 and not ( \2 \3 \4 )
unlike :: ^unlike (#digit) , (#digit) (is|has|divides) (.+)$ -> \2 \3 \4 and not ( \1 \3 \4 )
like :: ^(#digit) , (?:just )?like (#digit) , (is|has|divides) (.+)$ -> \1 \3 \4 and \2 \3 \4
like :: ^(?:just )?like (#digit) , (#digit) (is|has|divides) (.+)$ -> \2 \3 \4 and \1 \3 \4
any all each every either :: than (?:any|all|each|every one|either)(?: one)?(?: of)? (?:#own )?other(?:s| one| (?:#num )?digits)(?= |$) -> than others
one some :: than (?:at least |some )?one of (?:#own )?other(?:s| (?:#num )?digits)(?= |$) -> than another digit
no none :: ^(?:no|none of) (?:#own )?others?(?: digits?| ones?| numbers?)? (?:is|are) as (?:large|big|great|high) as (.+)$ -> \1 is more than others
no none :: ^(?:no|none of) (?:#own )?others?(?: digits?| ones?| numbers?)? (?:is|are) as (?:small|low|little) as (.+)$ -> \1 is less than others
no none :: ^(?:no|none of) (?:#own )?others?(?: digits?| ones?| numbers?)? (?:is|are) #more than (#digit)$ -> \1 is at least others
no none :: ^(?:no|none of) (?:#own )?others?(?: digits?| ones?| numbers?)? (?:is|are) #less than (#digit)$ -> \1 is at most others
single :: ^not (?:single|one) (?:digit|one)(?: of (?:mine|#own digits|them|number))? -> no digit
single :: (?:has|have|contains?) not single (?=\S) -> has no
not :: there (?:is|are) not (?:any |single )?(?!among) -> there is no
not :: (?:do|does) not (?:have|contain|use) two (?:equal|identical|same) (?:digits|numbers) -> no repeated digits
all :: digits are all (?=equal to|at least|at most|(?:#more|#less) than|between|one of|among|from|either|divisible by|multiples of|in|above|below|over|under) -> digits are each
digits :: (?:#own )?digits are each (?=\S) -> each digit is
not :: (,|and|but) not all (#adj)$ -> \1 not all digits are \2
all :: (or|and|but) all are (#adj)(?= |$) -> \1 all digits are \2
not :: ^(.+?) (?:do|does) not ((?:add|sum|multiply|adds|sums|multiplies)(?: up| together)? to .+)$ -> not ( \1 \2 )
neither :: ^(.+?) ((?:add|sum|multiply|adds|sums|multiplies)(?: up| together)? to) neither (.+?) nor (.+)$ -> not ( \1 \2 \3 ) and not ( \1 \2 \4 )
being :: ^(?:#own )?(#ord|#place) and (#ord|#place) digits? differ by (#num) ,? (?:with )?\1(?: digit| one)? being #more(?: one| of two)?$ -> \1 digit is \3 more than \2 digit
being :: ^(?:#own )?(#ord|#place) and (#ord|#place) digits? differ by (#num) ,? (?:with )?\2(?: digit| one)? being #more(?: one| of two)?$ -> \2 digit is \3 more than \1 digit
being :: ^(?:#own )?(#ord|#place) and (#ord|#place) digits? differ by (#num) ,? (?:with )?\1(?: digit| one)? being #less(?: one| of two)?$ -> \1 digit is \3 less than \2 digit
being :: ^(?:#own )?(#ord|#place) and (#ord|#place) digits? differ by (#num) ,? (?:with )?\2(?: digit| one)? being #less(?: one| of two)?$ -> \2 digit is \3 less than \1 digit
being :: (.+?) ,? with (#digit|[a-z]) being #more(?: one| of two)?$ -> \1 and \2 is more than others
as :: (?:, and|, but|and|,|but) (?!and |but )(.+?) is (twice|double|triple|half|#num times) as (?:large|big|much|great|high)$ -> and \1 is \2 thereof
following subsequent succeeding next :: (each|every) (?:following|subsequent|succeeding|next) digit -> \1 digit
divisible multiple :: ^#self (?:is|am) (divisible by|multiple of) (exactly|at least|at most|only) (#num) of (?:numbers )?(#num) , (#num)(?: ,)? (?:and|or) (#num)$ -> \2 \3 of ( i is \1 \4 ) , ( i is \1 \5 ) and ( i is \1 \6 )
divisible multiple :: ^#self (?:is|am) (divisible by|multiple of) (exactly|at least|at most|only) (#num) of (?:numbers )?(#num) (?:and|or) (#num)$ -> \2 \3 of ( i is \1 \4 ) and ( i is \1 \5 )
divisible multiple :: ^#self (?:is|am) (divisible by|multiple of) (exactly|at least|at most|only) (#num) of (?:numbers )?(#num) , (#num) , (#num)(?: ,)? (?:and|or) (#num)$ -> \2 \3 of ( i is \1 \4 ) , ( i is \1 \5 ) , ( i is \1 \6 ) and ( i is \1 \7 )
different differs :: (?:(?:is|am) different|differs) from (?:any other|all other|every other|each other|all|each of|all of) ?(?:#own )?(?:others?)?(?: digits?| one| ones)?$ -> is != others
no :: ^(there (?:is|are) no .+?) (?:in|among) (?:me|it|number|code|my number)$ -> \1
under below less smaller fewer :: (?<!not )(under|below|less than|smaller than|fewer than) (\S+) or (over|above|more than|greater than|larger than) (?=\S) -> \1 \2 or is \3
over above more greater larger :: (?<!not )(over|above|more than|greater than|larger than) (\S+) or (under|below|less than|smaller than|fewer than) (?=\S) -> \1 \2 or is \3
closer nearer :: #self (?:am|is) (?:closer|nearer) to (#num) than (?:to )?(#num)$ -> absolute value of ( me - \1 ) is less than absolute value of ( me - \2 )
closer nearer :: (#digit) is (?:closer|nearer) to (\S+) than (?:to )?(\S+)(?= |$) -> absolute value of ( \1 - \2 ) is less than absolute value of ( \1 - \3 )
away :: (?:is|am) (at most|at least|more than|less than) (#num) away from (#num|#digit|[a-z])(?= |$) -> differs from \3 by \1 \2
away :: (?:is|am) (?:exactly )?(#num) away from (#num|#digit|[a-z])(?= |$) -> differs from \2 by \1
if :: ^(#digit) is (\S+) if (.+?) ,? (?:and|but) (\S+) if (.+)$ -> ( if \3 then \1 is \2 ) and ( if \5 then \1 is \4 )
respectively :: ^(\S+) and (\S+) are (#less|#more) than (\S+) and (\S+) ,? respectively$ -> \1 is \3 than \4 and \2 is \3 than \5
by :: is (#less|#more) than (#num|#digit|[a-z]) by (#num) or more$ -> is at least \3 \1 than \2
by :: is (#less|#more) than (#num|#digit|[a-z]) by (at least|at most|exactly) (#num)$ -> is \3 \4 \1 than \2
half most :: (?:more than half|most) of (?:#own )?digits are (#adj)$ -> number of \1 digits is more than number of digits which are not \1
any none :: ^#self (?:is|am) (?:not divisible by any|divisible by none) of (?:#own )?digits$ -> no digit divides me
than :: ^(#digit) is (#more|#less) than (#digit) ,? and (#digit) than (#digit)$ -> \1 is \2 than \3 and \4 is \2 than \5
were :: ^if (?:i|it|number) (?:were|was) (#num) #more ,? (?:i|it|number) would be -> i plus \1 is
were :: ^if (?:i|it|number) (?:were|was) (#num) #less ,? (?:i|it|number) would be -> i minus \1 is
twice double times triple :: #self (?:am|is) (?:twice|double) (?=(?:perfect )?square(?: number)?$|prime(?: number)?$|(?:perfect )?cube$|palindrome$|(?:odd|even)(?: number)?$|multiple of) -> ( me / 2 ) is
times :: #self (?:am|is) (#num) times (?=(?:perfect )?square(?: number)?$|prime(?: number)?$|(?:perfect )?cube$|palindrome$|(?:odd|even)(?: number)?$|multiple of) -> ( me / \1 ) is
between :: (#digit) (?:is|lies|falls) between (?:#own )?other two(?: digits)?$ -> \1 is at least smallest of all others and \1 is at most largest of all others
larger bigger greater smaller lesser :: (?:,|and|but|, and|, but) ([a-z]) is (?:larger|bigger|greater)(?: one| number)?$ -> and \1 is more than others
larger bigger greater smaller lesser :: (?:,|and|but|, and|, but) ([a-z]) is (?:smaller|lesser)(?: one| number)?$ -> and \1 is less than others
0 1 2 3 4 5 6 7 8 9 :: (,|and|, and) ((?:#own )?(?:#ord|#bare))(?: digit)? (#num)(?= ,| and|$) -> \1 \2 digit is \3
shares shared :: ^(\d+) (?:shares|has) (?:exactly |only )?(#num) digits? (?:in common )?with (?:code|number|it|me) ,? (?:and )?(?:it is )?in (?:same|right|correct|its) (?:place|position|spot)$ -> \1 : \2 correct in right place
shares shared :: ^(\d+) (?:shares|has) (?:exactly |only )?(#num) digits? (?:in common )?with (?:code|number|it|me) ,? (?:and |but )?(?:it is )?in (?:different|wrong|another|other) (?:place|position|spot)$ -> \1 : \2 correct in wrong place
common share shares :: ^(\d+) (?:shares|has) no digits? (?:in common )?with (?:code|number|it|me)$ -> \1 : nothing correct
common share shares :: ^#self (?:shares?|have|has) no digits? (?:in common )?with (\d+)$ -> \1 : nothing correct
consecutive successive :: (?:consecutive|successive)(?: digits?| numbers?| integers?)? ,? (?:(?:and |but )?(?:taken |written |arranged )?(?:in (?:some|any) order|not necessarily in (?:(?:that|this|regular|correct|right|natural|increasing|numerical|ascending) )?order|not necessarily in sequence)) -> consecutiveinanyorder
consecutive successive :: (are|is|#self (?:has|have|consists? of|contains?)) (?:#num )?(?:consecutive|successive)(?: digits| numbers| integers)? ,? but not in (?:(?:right|correct|that|this|regular|increasing|natural|numerical) )?order -> \1 consecutiveinanyorder and \1 not consecutive
remainder :: divisible (?:exactly )?(?:without|with no) (?:any )?remainder by -> divisible by
remainder :: (?:is|am|are|can be) divided by (#num|#digit) (?:without|with no|and leaves no|leaving no) (?:any )?remainder -> is divisible by \1
divisible :: (is|am) (?:exactly|evenly|completely|wholly) divisible -> \1 divisible
containing :: not containing (?:any )?(?=\S) -> with no
without order changing keeping :: ,? (?:without changing order of|keeping) (?:others?|rest|remaining)(?: digits?)?(?: digits)?(?: in (?:same|their) order| unchanged)? ,? -> ,
reversed swapped :: (?:if|when) (?:#own )?digits (?:are|were) (?:reversed|swapped|switched|interchanged) ,? (?:then )?(?:i|it|number) (?:becomes?|am|is|gets?) (#more|#less)$ -> reversed number is \1 than me
multiplied :: ^(?:if|when) (?:i|it|number) (?:is|am) multiplied by (#num) ,? (?:#own )?digits are reversed$ -> \1 times me is reversed number
removed erased deleted :: (?:if|when) #own (first|last|leading|ones|units) digit is (removed|erased|deleted|dropped) -> if \1 digit is \2
form make :: (#ord) and (#ord) digits (?:form|make) (?:#num digit )?number (?:that|which) is -> number formed by \1 digit and \2 digit is
once :: ^(?:i|it|number|code) (?:contains?|has|have|uses?) each of digits (.+?) (?:exactly |only )?once$ -> digits are \1 in some order
listed :: (?:(?<=listed )|(?<= and ))(#num) (\d)(?: ,)?(?: and)? (?=#num \d) -> number of digits equal to \2 is \1 and
listed :: (?:(?<=listed )|(?<= and ))(#num) (\d)$ -> number of digits equal to \2 is \1
listed :: ^listed (?=\S) ->
reversed swapped interchanged switched :: ^(?:if|when) (?:#own )?digits (?:of (?:pin|code|number|it|me) )?(?:are|were) (?:reversed|swapped|switched|interchanged)(?: in order)? ,? (?:i|it|number|pin|code|new number|resulting number|result) (?:am|is|become|becomes|would be|will be) (?!#num (?:#more|#less)|#more than \d+$|increased|decreased|reduced) -> reversed number is
reversed were :: (?<=digits )were reversed(?: in order)? -> are reversed
reversed :: (?<=are )reversed in order -> reversed
each starting beginning :: ^(?:each|every) digit (?:,|, )?(?:starting|beginning) (?:with|from|at) third(?: digit| one)? (?:,|, )?is sum of (?:two (?:preceding|previous)(?: digits| ones)?|two (?:digits|ones)? ?(?:before|preceding) it) -> each digit is sumoftwobefore
each after from :: ^(?:each|every) (?:other |following |subsequent )?digit (?:after|except|from) (?:first two|second|third)(?: digits?| one| on)? ?,? is sum of (?:two (?:preceding|previous)(?: digits| ones)?|two (?:digits|ones)? ?(?:before|preceding) it) -> each digit is sumoftwobefore
each from :: ^from third (?:digit )?(?:on|onwards|onward) ,? (?:each|every) digit is sum of (?:two (?:preceding|previous)(?: digits| ones)?|two (?:digits|ones)? ?(?:before|preceding) it) -> each digit is sumoftwobefore
ones :: (?:(no|any) )?(zeros|zeroes|twos|threes|fours|fives|sixes|sevens|eights|nines) (,|and|or|nor|, and)(?: no)? ones -> \1 \2 \3 \1 1
ones :: (#self) (?:has|have|contains?) no ones(?= |$) -> \1 has no 1
digits :: (,|and|, and) ((?:first|last) #num digits) (?:are )?by (#num) -> \1 \2 are divisible by \3
formed made expressed given :: number (?:expressed|given|shown|represented|indicated) by -> number formed by
produce produces :: (?:will |would )?(?:produce|produces) (?=#own|number|\d) -> is
always :: you (?:always )?(?:get|have) (?:remainder|remainder of) (#num) -> remainder is \1
remainder :: (divided by (?:\d+ , )*\d+) , or (\d+) -> \1 and \2
add :: ^if you add (#num) (?:to (?:it|me|number) )?,? (?:number|it) (?:reverses|is reversed) -> reversed number is me plus \1
add adds subtract :: ^(?:if|when) (?:you |one |we |i )?(?:adds?) (?=digits|#own digits) -> total of
combined :: ^(.+?) combined (is|are|equals?|makes?|gives?) -> sum of \1 \2
rounded :: ^rounded (?:off )?to nearest (#num|ten|hundred|thousand) ,? (?:i|it|number|my number) (?:am|is|becomes?) (#num)$ -> ( ( me + \1 / 2 ) // \1 ) * \1 = \2
many :: (tells|shows|says|gives|is|counts) how many (\w+)(?: digits?)? (?:are|there are|appear|occur) (?:there )?(?:in|inside|within) (?:number|it|me|code|whole number) -> is number of \2
one's :: one's (?=place|digit|column|position) -> ones
divided :: (?:that |which )?can be divided by (#num) to (?:make|give|get) (#num) -> and is \1 times \2
first last :: number formed by (first|last) (#num)(?! digits?)(?= |$) -> number formed by \1 \2 digits
so such :: ^(?:so|such) that (?=\S) ->
original given :: (?:original|given) #num digit number -> original number
given :: given number -> original number
largest smallest biggest highest lowest greatest least :: (largest|smallest|biggest|highest|lowest|greatest|least) of (?:#own )?#num digits -> \1 digit
arranged written :: digits are (?:arranged|written|put|placed) in (?:reverse|reversed|opposite) order -> digits are reversed
many :: (,|and) (#ord) how many (\w+)(?= |$) -> \1 \2 digit is number of \3
read :: ^(?:if|when) (?:you |it is |i am )?read (?:it |me |number |code )?backwards? ,? (?:you |we )?(?:get|see|it is|i am|have) another (.+)$ -> reversed number is \1 and reversed number is not me
read :: ^(?:if|when) (?:you |it is |i am )?read (?:it |me |number |code )?backwards? ,? (?:you |we )?(?:get|see|it is|i am|have) (?=\S) -> reversed number is
proper location locations spot :: in (?:its|their) proper (?:places?|positions?|spots?|locations?) -> in right place
location locations :: (right|correct|wrong|incorrect|same) locations? -> \1 place
as :: #self (?:has|have) (\d) as #own ((?:#ord|#place) digit) -> \2 is \1
form :: (?:form|make|are in|is in) (arithmetic|geometric) (?:progression|sequence) -> are in \1 progression
added :: ^(\S+|#num digit number \S+) is added to (?:number )?(\S+|#num digit number \S+) to (?:give|make|get|form|produce) (.+)$ -> \1 plus \2 is \3
subtracted :: ^(\S+|#num digit number \S+) is subtracted from (?:number )?(\S+|#num digit number \S+) to (?:give|make|get|form|produce) (.+)$ -> \2 minus \1 is \3
in :: ^(?:largest|biggest|greatest|highest) digit is (#num) (?:,|and|, and) (?:it )?(?:is )?in middle$ -> largest digit is \1 and middle digit is \1
multiplied multiply multiplying :: ^(?:if|when|by) (?:they|we|you|i) (?:multiplied|multiply) (?:their|our|all|these)? ?(?:digits|numbers|them) ,? (?:they|we|you|i|result) (?:got|get|obtained|obtain|is|was) -> product of digits is
added add adding :: ^(?:if|when|by) (?:they|we|you|i) (?:added|add) (?:up )?(?:their|our|all|these)? ?(?:digits|numbers|them) ,? (?:they|we|you|i|result) (?:got|get|obtained|obtain|is|was) -> sum of digits is
and :: (,|and|, and) (?:if|when) (?:they|we|you|i) (?:added|add) (?:up )?(?:their|our|all|these)? ?(?:digits|numbers|them) ,? (?:they|we|you|i|result) (?:got|get|obtained|obtain|is|was) -> \1 sum of digits is
chose picked choose have got has :: ^(\S+) and (\S+) (?:chose|picked|choose|pick|have|got|hold) same (?:digit|number) -> \1 equals \2
theirs :: than theirs$ -> than others
reverse reversed :: ^(?:if|when) (?:you |we )?(?:reverse|reversing) (?:#own )?digits(?: of (?:number|it|me))? ,? (?:you |we )?(?:get|obtain|have) same (?:number|thing|code)(?: again)?(?: \( it is palindrome \))?$ -> number is palindrome
enter try type guess dial use tries tried entered guessed typed enters :: ^(?:if|when) (?:you|i|we|he|she|somebody|someone) (?:enters?|tr(?:y|ies|ied)|types?|typed|guess|guessed|dial|use|entered) (\d+) ,? -> \1 :
sum :: (sum of (?:number|me|it|my number)) and (#own) digits(?= |$) -> \1 and sum of \2 digits
has have :: ^((?:square|cube|sum|product|reverse) of .+|(?:twice|double|triple|#num times) (?:number|it|me|\S+)) has (#num) digits$ -> \1 is \2 digit number
same :: (?:is made (?:up )?(?:of|from)|contains?|uses?|consists? of|is written with|have|has exactly) (?:exactly )?same digits as (?=\S) -> has same digits as
same :: (?:is made (?:up )?of|has|contains|uses|consists of|is written with) (?:exactly )?same digits ,? (?:but )?in (?:another|different|some other|some|any) order$ -> is rearrangement of me
same :: (?:has|contains|uses|consists of|is made (?:up )?of) same digits ,? (?:but )?in (?:another|different|some other|some|any) order as (?=\S) -> is rearrangement of
consists consist made composed :: (?:consists?|is made(?: up)?|is composed) (?:of only|only of|entirely of|solely of|of) (#adj) digits(?: only)?(?= |$) -> has only \1 digits
either :: (is|are|am) not (?:in )?either (.+?) or (?:in )?(?=\S) -> \1 neither \2 nor
multiplied added :: (product of .+?) multiplied together -> \1
multiplied added :: (sum of .+?) (?:when )?added together -> \1
three two four five six :: all (?:two|three|four|five|six) of (?=#own digits) ->
number :: (?:is equal to|is same as|equals|is) number of digits(?: in (?:me|it|number|code))?$ -> is number of its digits
exact :: exact (multiples?|divisors?|factors?) -> \1
each every digits :: (?:each|every|each one)(?: of)? digits? (?:from )?(\d) (to|through|-) (\d) (?:is used|appears|occurs|is|is present|is included) (?:exactly |only )?once$ -> digits are \1 to \3 in some order
each every digits :: ^(?:they|these|letters|(?:#own )?digits) are (?:all )?(?:of )?digits (?:from )?(?=\d) -> digits are
of :: (#ord) of (?:#own )?#num digits -> \1 digit
larger bigger greater smaller lower higher :: is (#more|#less) digit than -> is \1 than
number :: number (?:written |formed |made )?(?:with|from|by) same digits (?:but )?in (?:reverse|reversed|opposite) order -> reversed number
consists :: consists? of (#num) (?:identical|equal|same) digits -> has \1 identical digits and is \1 digit number
equal :: are all equal to (?=\S) -> are
multiples multiple divisible factors :: are all (?=multiples? of|divisible by|factors? of|divisors? of) -> are
equal equals :: (?:is equal to|equals|are equal to) (#num) (#more|#less) than (?=\S) -> is \1 \2 than
all :: are all different (prime|odd|even|square)(?: numbers| digits)? -> are all \1 and all different
neither :: in neither (\w+) nor (\w+) order -> neither in \1 order nor in \2 order
half :: #self (?:am|is) half (?:of )?(?=(?:perfect )?square(?: number)?$|(?:perfect )?cube$|palindrome$) -> twice me is
added :: (?:if|when) (.+? and .+?|(?:#own )?digits) are added(?: together| up)? ,? (?:then )?(?:you get|result is|sum is|total is|it is|they make|they give|answer is) -> sum of \1 is
multiplied :: (?:if|when) (.+? and .+?|(?:#own )?digits) are multiplied(?: together)? ,? (?:then )?(?:you get|result is|product is|it is|they make|they give|answer is) -> product of \1 is
result :: result of adding (\S+|number) (?:and|to) (.+?) (?=is |equals ) -> \1 plus \2
result :: result of multiplying (\S+|number) (?:and|by) (.+?) (?=is |equals ) -> \1 times \2
result :: result of dividing (\S+|number) by (.+?) (?=is |equals ) -> \1 divided by \2
result :: result of subtracting (\S+|number|.+?) from (.+?) (?=is |equals ) -> \2 minus \1
equal equals :: are each (?:equal to )?(?=\d) -> are
are :: ^(.+ of .+ and .+ of .+) are all (\d+)$ -> \1 are \2
no :: ^no (?:entry|answer|row|line|solution) (?:starts|begins) with (?:zero|0)$ -> noleadingzero
taken read as :: ,? (?:taken|read|regarded|considered) as (?:one |single |two digit )?numbers?(?: ,|(?= and| is| are|$)) ->
neither :: ^(?:digit )?(#num) is neither (?:at|in) (?:very )?(?:beginning|start|front|first place) nor (?:at|in) (?:very )?(?:end|last place)$ -> first digit is not \1 and last digit is not \1
neither :: ^(?:digit )?(#num) is neither (?:at|in) (?:very )?(?:end|last place) nor (?:at|in) (?:very )?(?:beginning|start|front|first place)$ -> first digit is not \1 and last digit is not \1
reverse reversed :: ^(.+?) (?:are|is) ((?:first|last|middle) two digits|#digit|number formed by .+?) in (?:reverse|reversed|opposite) order$ -> \1 is reverse of \2
squares :: (difference|sum) (?:between|of) squares of (\S+) and (\S+)(?= |$)(?! and) -> \1 of square of \2 and square of \3
cubes :: (difference|sum) (?:between|of) cubes of (\S+) and (\S+)(?= |$)(?! and) -> \1 of cube of \2 and cube of \3
neighbouring neighboring adjacent consecutive :: ^(?:any|every|each) (?:two|pair of) (?:neighbouring|neighboring|adjacent|consecutive) digits ,? (?:taken in order ,? )?(?:form|forms|make|makes|spell|gives?) (?:#num digit )?(?:number )?(?:that |which )?(?:is )?(?=\S) -> number formed by any two neighbouring digits is
neighbouring neighboring adjacent consecutive :: ^(?:every|each|any) (?:#num digit )?number (?:formed|made|spelled) by (?:two |any two )?(?:neighbouring|neighboring|adjacent|consecutive) digits -> number formed by any two neighbouring digits
% percent cent :: (?:is|am|are|equals) (#num) (?:%|percent|per cent) (#more) than (?=\S) -> is ( 1 + \1 / 100 ) times
% percent cent :: (?:is|am|are|equals) (#num) (?:%|percent|per cent) (#less) than (?=\S) -> is ( 1 - \1 / 100 ) times
% percent cent :: (#num) (?:%|percent|per cent) of (?=\S) -> ( \1 / 100 ) times
has contains contain have :: (?:i|it|number|code) (?:contains?|has|have) (one|two|three|four) (\d) ,? (?:and )?(?=#num \d(?: |$)) -> number of digits equal to \2 is \1 and i has
reverse :: reverse of (?:#own )?digits(?: of (?:number|me|it))? -> reversed number
all digits :: (?:all|all of|every one of) (?:#own )?digits (?:from )?(\d) (to|through|-) (\d) (?:are|is) used (?:exactly |only )?once -> digits are \1 to \3 in some order
single :: (is|are) single digit(?: number)?(?= |$) -> \1 less than 10
next adjacent :: ^(#num) is (next to|adjacent to) (#num) ,? but not (?:next )?(?:to )?(#num)$ -> \1 is \2 \3 and \1 is not \2 \4
same :: (between|of|to|from|and) same number(?= |$) -> \1 number
root :: #own cube root is (?:whole number|integer|natural number)$ -> i is perfect cube
root :: #own square root is (?:whole number|integer|natural number)$ -> i is perfect square
root :: #own cube root is (.+)$ -> i is cube of ( \1 )
remainder :: (?:,|and|, and) remainder (?:of )?(#num) (?=when divided|if divided) -> and leaves remainder \1
remainders remainder :: leaves? (?:remainders?|remainders? of) (#num) , (#num)(?: ,)? and (#num) (?:when|if|on being) divided by (#num) , (#num)(?: ,)? and (#num)(?: ,)?(?: respectively)?$ -> leaves remainder \1 when divided by \4 and leaves remainder \2 when divided by \5 and leaves remainder \3 when divided by \6
remainders remainder :: leaves? (?:remainders?|remainders? of) (#num) and (#num) (?:when|if|on being) divided by (#num) and (#num)(?: ,)?(?: respectively)?$ -> leaves remainder \1 when divided by \3 and leaves remainder \2 when divided by \4
odd even prime :: (sum|product) of #own (odd|even|prime) digits -> \1 of \2 digits
repeat :: (?:does|do) not repeat (?:any )?(?:of )?(?:#own )?digits?(?: twice)?(?= |$) -> has no repeated digits
all :: ^all are (?=different|distinct|odd|even|prime|equal|nonzero) -> all digits are
all :: (\d+) : all (#num)(?: digits| numbers)? are (?:correct|right) (?:, but|, and|but|and) (?:they )?(?:all )?(?:are )?(?:all )?in (right|wrong|correct) (?:places?|positions?) -> \1 : \2 correct in \3 place
"""  # noqa: E501
)
"""Applied before :mod:`oedipus.dsl.rewrites`."""
