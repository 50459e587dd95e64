"""The words that the grammar knows, grouped by what they mean."""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# --- sentences --------------------------------------------------------------------------------
# A full stop after these does not end a sentence.
ABBREVIATIONS = _set("approx ca cf e g i eg ie vs fig al resp c wavel refl incl max min")
# A line that ends with one of these goes on in the next one.
CONNECTORS = _set("at near around in between and or to from of the a by than about with")

# --- around numbers ---------------------------------------------------------------------------
DASHES = _set("- – — − ‒ ‑ ~")
HEDGES = _set("about approximately approx roughly ca circa nearly almost some c ~ ≈ ∼ ≃ λ")
SEPARATORS = _set(", and or & / to through until till up ± und") | DASHES
BEYOND = _set("beyond above past after over exceeding exceed exceeds exceeded longer greater larger > ≥")
BELOW = _set("below under before shorter smaller < ≤ until till lower less toward towards")
MORE_OR_LESS = {"more": True, "higher": True, "least": True, "less": False, "lower": False}
ONWARDS = _set("beyond above longer onwards onward upwards upward on up greater")
DOWNWARDS = _set("below shorter downwards downward")
NUMBER_NEGATIONS = _set("no not never without cannot")
# Lengths that are not wavelengths: "grains of 2 µm", "a resolution of 250 nm", "300 nm wide".
SIZE_BEFORE = _set(
    "size sizes thickness diameter resolution bandwidth fwhm width spacing sampling step interval"
    " steps intervals particles grains grain by depth thick wide roughness"
)
SIZE_AFTER = _set(
    "thick thickness diameter wide width grain grains particle particles resolution bandwidth"
    " spacing sampling steps intervals layer film coating fwhm apart"
)

# --- what a share is about --------------------------------------------------------------------
REFLECTANCE = _set(
    "reflectance reflectances reflectivity reflect reflects reflected reflecting reflection albedo"
    " r ρ rho brightness"
)
NOT_REFLECTANCE_BEFORE = _set(
    "by depth depths deep content contents moisture humidity cover coverage contains contain"
    " containing accuracy confidence transmittance transmission transmits transmit absorbs absorb"
    " absorbing absorbed absorbance absorptance ndvi index ratio correlation porosity clay sand"
    " sd std deviation error silt variance probability threshold slope emissivity r² variation"
    " holds"
)
NOT_REFLECTANCE_AFTER = _set(
    "higher lower more less brighter darker deeper moisture water content clay sand silt cover"
    " humidity points point confidence organic deep absorption absorbed transmission variation"
    " shade greater depth canopy spectralon panel standard target"
)

# Between a share and the wavelength it leads to, and in tables the other way round.
LINKS = _set(
    "at near in between for around over across throughout beyond from the within of wavelengths"
    " wavelength region range ( whole entire on @ light part reflectance"
)
TABLE_LINKS = _set(": = ( → | - – is ≈ ~ about of ) [")

# What else stands in the list of a closing line.
IN_LISTS = _set(": = ( ) | [ ] → ; • r < > at between from less than below above")

# --- regions ----------------------------------------------------------------------------------
REGION_NOUNS = _set(
    "light region regions range ranges part parts wavelength wavelengths portion portions spectrum"
    " reflectance reflectances reflectivity radiation end peak peaks maximum absorption absorptions"
    " minimum hump domain interval window spectral plateau shoulder dip trough photons bands band"
    " energy rays colours colors"
)
REGION_FOLLOWERS = _set(
    "and or at near between but is are was where by due than with because to while as around from"
    " caused it its for on into through when which whereas beyond owing followed then though so"
    " since after before strongly rises increases decreases region the this reflects absorbs"
)
INTO_REGION = _set("the in across throughout within into of entire whole both")

# --- heads ------------------------------------------------------------------------------------
ABSORB = _set("absorb absorbs absorbed absorbing absorption absorptions absorbance absorptance absorptivity")
DIPS = _set(
    "dip dips dipping trough troughs minimum minima valley valleys depression depressions notch"
    " notches doublet doublets triplet triplets overtone overtones lowest darkest"
)
PEAKS = _set("peak peaks peaked peaking maximum maxima hump humps bump bumps highest brightest")
BANDS = _set("band bands feature features vibration vibrations signature signatures")
ABSORBERS = _set(
    "water moisture hydroxyl oh h2o co3 carbonate clay kaolinite chlorophyll carotenoid carotenoids"
    " anthocyanin anthocyanins lignin cellulose iron ferric ferrous protein proteins starch sugar"
    " sugars oil hydrocarbon hydrocarbons ch nh overtone combination vibrational sulphate sulfate"
    " absorption diagnostic deep strong weak shallow broad sharp ice phycocyanin lipid fat"
    " mgoh aloh feoh bitumen asphalt pigment crystal field"
)
RISES = _set(
    "rise rises rising rose risen increase increases increasing increased climb climbs climbing"
    " climbed upward upwards jump jumps soars grows ascends ascending recovers"
)
FALLS = _set(
    "decrease decreases decreasing decreased decline declines declining declined drop drops"
    " dropping"
    " dropped fall falls falling fell fallen diminishes diminish downward downwards descends"
    " descending plummets fades fade tapers"
)
FADES = _set("fades fade tapers")
FLATS = _set("flat plateau plateaus constant flattens unchanging")
SLOPE_NOUNS = _set("slope gradient trend")
LEVELLING = _set("levels level leveling levelling")
NEUTRAL = REFLECTANCE | _set(
    "scatter scatters scattering scattered transmit transmits bright dark high low fluorescence"
    " fluoresces emits emission transmittance transmission measured sensor sensors camera covers"
    " covering instrument channel channels acquired recorded spectrometer range useful removed"
    " distinguish distinguishes separates separable ratio index ndvi discriminate brighter darker"
    " identical similar bluish normalised normalized"
)
OTHER_LIGHT = _set(
    "fluorescence fluoresces fluorescent emission emits emitted emitting transmittance transmission"
    " transmits atmospheric atmosphere vapour vapor lamp laser excitation excited"
)
LITTLE = _set("little low minimal less negligible hardly barely scarcely reduced lower")
LONGER = _set("longer increasing higher greater larger growing")
SHORTER = _set("shorter decreasing lower smaller")
PLACES = _set(
    "at near around in between from to of within across over throughout beyond about centred"
    " centered ( : = @ toward towards for until on through close is are by"
)

# --- clauses ----------------------------------------------------------------------------------
CLAUSE_STARTS = _set(
    ", ; : and but while whereas with which then followed where although though however yet"
    " without because since — – plus except despite unlike whose before"
)
NEGATIONS = _set(
    "no not never without lack lacks lacking lacked absent absence devoid free neither nor none"
    " cannot hardly barely fails missing"
)
WIDE_NEGATIONS = _set("lack lacks lacking lacked without absence devoid free neither")
VANISHED = _set(
    "vanish vanishes vanished absent missing disappear disappears disappeared lost lacking gone"
    " invisible undetectable nonexistent not"
)
SEEN = _set("visible present seen observed detectable apparent found evident")
PRONOUNS = _set("one ones another none")
VERBS = _set(
    "is are has have shows show reflects reflect rises rise increases increase decreases decrease"
    " drops drop falls fall remains remain appears appear stays exhibits exhibit displays display"
    " peaks peak lacks lack was were looks dominates presents"
)
CONTRASTS = _set("whereas while but although though yet however")

# --- comparisons ------------------------------------------------------------------------------
BRIGHTER, DARKER = _set("brighter lighter"), _set("darker dimmer blacker")
HIGHER, LOWER = _set("higher greater more larger"), _set("lower less smaller fewer weaker")
ABOUT_SOMETHING_ELSE = ABSORB | _set(
    "depth content moisture slope ndvi temperature wet wetter deep deeper steeper steep dip dips"
    " band bands feature variable variability texture rough homogeneous density"
)
