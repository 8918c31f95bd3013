"""Words that tell what sort of sentence stands before us: openings, stories, questions, codes.

Plain lists, in one place, for the modules that look at whole sentences.
"""


def words_of(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


CODES = words_of(
    """
    code codes combination pin password
    """
)
"""Nouns of a number whose first digit may be 0."""
QUALITIES = words_of(
    """
    distinct different nonzero non zero odd even prime
    """
)
"""Adjectives that may stand before the noun of a declaration."""
RESERVED = words_of(
    """
    is are am be and or not nor if then iff either neither has have no all every each some exactly than by of
    mod let find use given data evidence solution solve
    """
)
"""Words that never name a digit in a declaration."""
NUMBER_OPENERS = words_of(
    """
    i find what which think consider give name form write choose pick guess determine it my this
    """
)
"""First words of a sentence that introduces a number."""
KNOWN_OPENING = words_of(
    """
    i am im find what which think thinking thought of consider give name form write choose pick guess determine
    it my this is are there exists exist number code be me us let take has have was in mind for to try can you
    tell who that secret mystery unknown certain value a an the and we with positive
    """
)
"""Words before ``three-digit number`` that change nothing of what is said."""
DECLARING = words_of(
    """
    let there is are exists exist consider take be and called named unknown from such more further another say
    single define
    """
)
"""Words of a declaration of digits that are no names."""
FUNCTION_WORDS = words_of(
    """
    is are am be was has have had of in the a an to and or with by from that which who it its my i me this they
    them their there for on at as all each every some any not if when then do does can will you your we he she
    his her him how what where so but while also both only just these those number numbers code codes
    combination pin password integer value letter who's what's i'm it's there's must should than up over under
    above below order may such get exactly right make makes made give gives left here well out take start end
    match
    """
)
"""Words that state nothing of digits, though phrases of the language have them."""
ASIDE = words_of(
    """
    old older past high many image result results range comes next mean matches count center central
    """
)
"""Words of the language that stories use for something else."""
IMPERATIVES = words_of(
    """
    crack solve find guess help open unlock figure work use try look read name tell give write explain good
    enjoy here can could do think consider ready hint hints clue clues answer question problem puzzle riddle
    note remember what who which identify determine discover decode break deduce calculate follow see let
    """
)
"""First words of what is said to the reader."""
REFERENTS = words_of(
    """
    i me it its my they their them this that is are am has have digit digits number numbers code codes letter
    letters figure figures combination pin password value and or not if then neither either none all each
    """
)
"""First words of a sentence that speaks of the number or its digits."""
CHANGING = words_of(
    """
    not never if when unless no none nor neither or either without except false wrong untrue lie lies lied liar
    doubt doubts deny denies denied mistaken incorrect wrongly falsely hardly unlikely impossible maybe perhaps
    possibly suppose assume claims claimed thinks believes thought wishes whether than until only
    """
)
"""Words that could change what the rest of a sentence says."""
PRONOUNS = words_of(
    """
    it he she who what that here there this one his her their let somebody everybody nobody someone everyone
    """
)
"""Words before *'s* that name nobody."""
REPORTING = words_of(
    """
    noticed notices remembered remembers said says saw sees recalled recalls observed observes added adds told tells
    knew knows reported reports mentioned mentions found discovered discovers realised realized remarked
    sure certain
    """
)
"""Verbs before *that* by which somebody tells something that is so."""
NUMBER_QUALIFIERS = words_of(
    """
    original new reversed resulting whole mystery secret entire correct obtained
    """
)
"""Words before ``number`` that tell which number is meant."""
COUNTED_IN_STORIES = words_of(
    """
    clues hints guesses tries attempts statements facts rules times people
    """
)
"""What a story counts."""
WEAK = words_of(
    """
    after before past over under above below behind following same different second minute other another last next
    first
    """
)
"""Words of the language that do not make a sentence of many strange words speak of digits."""
HEADINGS = words_of(
    """
    hints hint clues clue rules facts the and number is answer logic lock code here
    """
)
"""Words that make a heading if nothing else stands beside them."""
LOCKS = words_of(
    """
    lock padlock safe vault keypad key locker
    """
)
"""Things that a code opens."""
ANY_ONE = words_of(
    """
    certain particular given secret special
    """
)
"""Words of ``a certain number``."""
QUALIFYING = words_of(
    """
    odd even prime palindrome palindromic composite
    """
)
"""Adjectives of a number that are statements."""
LINKS = words_of(
    """
    , : and that which who such so but if where in for whose with
    """
)
"""Words between a number and what is said of it."""
PREDICATE_VERBS = words_of(
    """
    is am has have are equals contains ends starts begins leaves exceeds reads can does adds becomes
    """
)
"""First words of what is said of the number just introduced."""
TELLING = words_of(
    """
    correct right wrong placed nothing misplaced incorrect
    """
)
"""Words of what is told about a guess."""
OPERATED = words_of(
    """
    multiplied divided plus minus times increased decreased becomes , when
    """
)
"""First words of what is done with the number just introduced."""
PLACE_ANNOUNCERS = words_of(
    """
    i am have has it is there a an the and with number decimal mystery digit digits place places , : called my
    of in made up whole single only just which that
    """
)
"""Words of a sentence that only tells which decimal places there are."""
JUDGING = words_of(
    """
    lying liar liars lies lie lied truth truthful truthfully true false untrue rounded rounding nearest approximately
    """
)
"""Words that say how much of a statement holds, so that no story is told with them."""
CONTENTFUL = words_of(
    """
    ADJ COMPARE OR_MORE RELOP DIVISIBLE DIVIDES ADDS DIFFERS EXCEEDS PLUS MINUS TIMES OVER SUM_OF MULT SQUARED
    NO QUANT BETWEEN ENDS REMAINDER DIFFERENCE REVERSED UNARY DIGIT_SUM VERB CLAIM ONE_OF CORRECT PLACED NOTHING
    POWER NEITHER COUNT_OF LEAVES PAIRS AS
    """
)
"""Terminals whose phrases state something."""
